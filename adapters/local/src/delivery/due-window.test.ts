import { VirtualAlarm } from '@portolan/node/testing';
import { DueWindow, type Due } from './due-window.ts';

class Entry implements Due {
  readonly due: number;
  readonly id: number;
  gone = false;

  constructor(due: number, id: number) {
    this.due = due;
    this.id = id;
  }
}

const before = (a: Entry, b: Entry): boolean => a.due < b.due || (a.due === b.due && a.id < b.id);

/** A window over what is stored in an array, and all that it has let out. */
function watch(stored: Entry[], alarm = new VirtualAlarm(0)) {
  const inMemory = new Map<number, Entry>();
  const taken: Entry[] = [];
  let broken = false;
  let reads = 0;
  const window: DueWindow<Entry> = new DueWindow<Entry>(
    alarm,
    {
      before,
      load: (after, limit) => {
        reads++;
        if (broken) throw new Error('the disk gave an error');
        const rest = stored
          .filter((entry) => after === undefined || before(after, entry))
          .sort((a, b) => (before(a, b) ? -1 : 1));
        return rest.slice(0, limit).map(({ due, id }) => new Entry(due, id));
      },
      admit: (entry) => !inMemory.has(entry.id) && inMemory.set(entry.id, entry).size > 0,
      release: (entry) => inMemory.delete(entry.id),
    },
    () => {
      for (let entry = window.take(alarm.clock.now()); entry !== undefined; entry = window.take(alarm.clock.now()))
        taken.push(entry);
      window.rest();
    },
  );
  window.rest();
  const push = (entry: Entry): void => {
    stored.push(entry);
    window.push(entry);
  };
  return { window, alarm, taken, inMemory, push, setBroken: (value: boolean) => (broken = value), reads: () => reads };
}

function passTo(alarm: VirtualAlarm, target: number): void {
  while (alarm.next <= target) {
    alarm.set(Math.max(alarm.clock.now(), alarm.next));
    alarm.ring();
  }
  alarm.set(target);
}

test('holds the first entries only, and lets each of very many out once, in order', () => {
  const count = 60_000;
  const { window, alarm, taken, inMemory, push } = watch([]);
  for (let n = 0; n < count; n++) {
    const id = (n * 7_919) % count;
    push(new Entry(1_000 + id, id));
  }
  expect(window.size).toBeLessThan(count);
  expect(inMemory.size).toBe(window.size);
  passTo(alarm, 1_000 + count);
  expect(taken.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, id) => id));
});

test('reads no more of a large store at first than it needs', () => {
  const { window, reads } = watch(Array.from({ length: 10_000 }, (_, id) => new Entry(1_000 + id, id)));
  expect(reads()).toBe(1);
  expect(window.size).toBe(2_000);
});

test('lets nothing out that is gone, and keeps the entry behind it', () => {
  const { alarm, taken, inMemory } = watch([new Entry(10, 1), new Entry(20, 2)]);
  inMemory.get(1)!.gone = true;
  passTo(alarm, 30);
  expect(taken.map(({ id }) => id)).toEqual([2]);
});

test('does not let an entry out that was taken before, when it is read again', () => {
  const count = 50_000;
  const { alarm, taken, push } = watch([]);
  push(new Entry(5, -1));
  passTo(alarm, 10);
  // So many earlier ones that the window falls back behind the entry that has been taken, which is still stored.
  for (let id = 0; id < count; id++) push(new Entry(-1_000_000 + id, id));
  passTo(alarm, 20);
  expect(taken.filter(({ id }) => id === -1)).toHaveLength(1);
  expect(taken).toHaveLength(count + 1);
});

test('tries again a second later when the store cannot be read', () => {
  const alarm = new VirtualAlarm(0);
  const stored = Array.from({ length: 3_000 }, (_, id) => new Entry(1_000, id));
  const { taken, setBroken } = watch(stored, alarm);
  setBroken(true);
  passTo(alarm, 1_500);
  expect(taken).toHaveLength(2_000);
  setBroken(false);
  passTo(alarm, 2_500);
  expect(taken).toHaveLength(3_000);
});

test('rings no more once it was stopped', () => {
  const { window, alarm, taken } = watch([new Entry(10, 1)]);
  window.stop();
  passTo(alarm, 100);
  expect(taken).toEqual([]);
});

import fc from 'fast-check';
import { Backlog } from './backlog.ts';

interface Message {
  readonly n: number;
  readonly bytes: number;
  readonly key: string | undefined;
}

type Step = { readonly kind: 'take' } | { readonly kind: 'add'; readonly bytes: number; readonly key?: string };

const maxBytes = 100;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'take' }) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('add' as const),
        bytes: fc.integer({ min: 1, max: 40 }),
        key: fc.constantFrom('a', 'b', 'c'),
      },
      { requiredKeys: ['kind', 'bytes'] },
    ),
  },
);

/** The same said plainly, in lists. */
function add(waiting: readonly Message[], message: Message, whenSlow: 'disconnect' | 'drop', elsewhere: number) {
  let kept = waiting.filter(({ key }) => key === undefined || key !== message.key);
  const over = (): boolean => kept.reduce((sum, { bytes }) => sum + bytes, elsewhere + message.bytes) > maxBytes;
  if (over() && whenSlow === 'disconnect') return { outcome: 'full', kept };
  if (over() && message.key === undefined) return { outcome: 'dropped', kept };
  while (over()) {
    const newest = kept.findLast(({ key }) => key === undefined);
    if (newest === undefined) return { outcome: 'full', kept };
    kept = kept.filter((one) => one !== newest);
  }
  return { outcome: 'waits', kept: [...kept, message] };
}

test.each(['disconnect', 'drop'] as const)('keeps what plain lists would keep, in their order: %s', (whenSlow) => {
  const steps = fc.array(step, { maxLength: 300 });
  const property = fc.property(steps, fc.integer({ min: 0, max: 30 }), (planned, elsewhere) => {
    const backlog = new Backlog<Message>({ maxBytes, whenSlow });
    let waiting: readonly Message[] = [];
    for (const [n, one] of planned.entries()) {
      if (one.kind === 'take') {
        expect(backlog.first).toBe(waiting[0]);
        expect(backlog.take()).toBe(waiting[0]);
        waiting = waiting.slice(1);
      } else {
        const message = { n, bytes: one.bytes, key: one.key };
        const { outcome, kept } = add(waiting, message, whenSlow, elsewhere);
        expect(backlog.add(message, message.bytes, message.key, elsewhere)).toBe(outcome);
        if (outcome === 'full') return;
        waiting = kept;
      }
      expect(backlog.size).toBe(waiting.length);
      expect(backlog.bytes).toBe(waiting.reduce((sum, { bytes }) => sum + bytes, 0));
    }
  });
  fc.assert(property, { numRuns: 300 });
});

test('forgets what was taken, however much passes through', () => {
  const backlog = new Backlog<number>({ maxBytes, whenSlow: 'drop' });
  backlog.add(-1, 1);
  for (let n = 0; n < 10_000; n++) {
    backlog.add(n, 1);
    expect(backlog.take()).toBe(n - 1);
  }
  backlog.clear();
  expect([backlog.size, backlog.bytes, backlog.first, backlog.take()]).toEqual([0, 0, undefined, undefined]);
  expect(backlog.add(1, maxBytes)).toBe('waits');
  expect(backlog.add(2, 1)).toBe('dropped');
});

import { hours, minutes, on, own, PortError, seconds, service, timer, type Timer } from '@portolan/kernel';
import { newWorld, simulate, type Faults, type World } from '@portolan/kernel/testing';
import fc from 'fast-check';
import * as z from 'zod';
import { atPort, duePort, openWakingTimer, type Waker } from '../index.ts';
import { portableTimers } from '../testing/index.ts';

const alarms = timer('alarms', {
  payload: z.object({ n: z.number() }),
  prompt: true,
  retry: { maxAttempts: 1_000, baseMs: 500, capMs: seconds(5) },
});

interface Book {
  note(n: number, at: number): Promise<void>;
}
const book = own<Book>()('book', { write: ['note'] });

const example = service(
  'example',
  { alarms, book },
  {
    ring: on(alarms, { book: book.write, alarms: alarms.set }, async ({ message: { n }, at, id }, ports) => {
      // A firing that sets its own timer again changes nothing, whatever goes wrong around it.
      if (n % 3 === 0) await ports.alarms.set(id, at, { n: n + 1_000 });
      await ports.book.note(n, at);
    }),
  },
);

interface Rung {
  readonly n: number;
  readonly at: number;
  readonly rungAt: number;
}

interface Play {
  readonly world: World;
  readonly rung: readonly Rung[];
  readonly timer: Timer;
}

type OpenTimers = (world: World) => Readonly<Record<string, unknown>>;

const swept: OpenTimers = (world) => portableTimers(example, world);

/** Timers that the queue alone wakes, by delays of a quarter of an hour at most. */
const woken: OpenTimers = (world) => {
  const queue = world.open(duePort(alarms, minutes(15)));
  const waker: Waker = {
    wake: ({ message, at }) => queue.send(message, { delayMs: Math.min(Math.max(0, at - world.now()), minutes(15)) }),
    forget: async () => undefined,
  };
  const table = world.open(atPort(alarms));
  return { alarms: openWakingTimer({ port: alarms, environment: world.environment, table, queue, waker, shards: 3 }) };
};

async function play(seed: number, faults: Faults, open: OpenTimers): Promise<Play> {
  const world = newWorld({ seed, faults });
  const rung: Rung[] = [];
  const contracts = open(world);
  const note: Book['note'] = async (n, at) => {
    rung.push({ n, at, rungAt: world.now() });
    if (rung.length % 5 === 0) throw new Error('the book is closed');
    if (rung.length % 4 === 0) await world.sleep(700);
  };
  await simulate(example, { world, own: { ...contracts, book: { note } } });
  return { world, rung, timer: contracts['alarms'] as Timer };
}

/** Calls until it is answered, as a careful caller does of what is idempotent. */
async function forSure({ world }: Play, call: () => Promise<void>): Promise<void> {
  for (let done = false; !done;) {
    let ended = false;
    void call().then(
      () => (done = true),
      (error: unknown) => {
        if (!(error instanceof PortError)) throw error;
        ended = true;
      },
    );
    await world.settle();
    // Where the process ended in between there is no answer at all.
    if (!done) await world.advance(ended ? 50 : 200);
  }
}

const aheadMs = [-hours(30), -1, 0, 1, 900, seconds(90), minutes(3), minutes(4), minutes(61), hours(25)];
const rarely = (max: number) => fc.integer({ min: 0, max: max * 1_000 }).map((permille) => permille / 1_000);
const replay = { seed: Number(process.env['PORTOLAN_SEED'] ?? 1) };
const numRuns = Number(process.env['PORTOLAN_RUNS'] ?? 25);

test.each([
  ['sweeps', swept],
  ['a waker', woken],
])(
  'with %s, whatever crashes, throttling, duplicates and delays there are, what was set fires, none early, none after its cancellation',
  async (_with, open) => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.record({
          crash: rarely(0.05),
          throttle: rarely(0.15),
          duplicate: rarely(0.3),
          delayMs: fc.integer({ min: 0, max: 3_000 }),
        }),
        fc.array(fc.record({ ahead: fc.constantFrom(...aheadMs), cancel: fc.boolean(), waitMs: fc.nat(90_000) }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (seed, faults, planned) => {
          const game = await play(seed, faults, open);
          const { world, rung, timer } = game;
          const standing = new Map<number, number>();
          const cancelled = new Map<number, number>();
          for (const [n, { ahead, cancel, waitMs }] of planned.entries()) {
            const at = world.now() + ahead;
            standing.set(n, at);
            await forSure(game, () => timer.set(`alarm ${n}`, at, { n }));
            // What has not come due when its cancellation is answered must never fire.
            if (cancel) {
              await forSure(game, () => timer.cancel(`alarm ${n}`, at));
              standing.delete(n);
              if (world.now() < at) cancelled.set(n, at);
            }
            await world.advance(waitMs);
          }
          await world.advance(hours(26));
          world.heal();
          await world.advance(hours(2));
          crashes += world.crashes;
          for (const { at, rungAt } of rung) expect(rungAt).toBeGreaterThanOrEqual(at);
          const fired = new Map(rung.map(({ n, at }) => [n, at]));
          expect([...standing].filter(([n, at]) => fired.get(n) !== at)).toEqual([]);
          expect([...cancelled].filter(([n]) => fired.has(n))).toEqual([]);
          // Nothing of another life, and nothing that was set by its own firing.
          expect([...fired.keys()].filter((n) => n >= 1_000 && rung.every((one) => one.n !== n - 1_000))).toEqual([]);
        },
      ),
      { numRuns, ...replay },
    );
    expect(crashes).toBeGreaterThan(5);
  },
  120_000,
);

test('without faults each timer is called on time, however its instant and its setting lie between two sweeps', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.record({ aheadMs: fc.integer({ min: -5_000, max: 900_000 }), waitMs: fc.nat(90_000) }), {
        minLength: 1,
        maxLength: 20,
      }),
      async (seed, planned) => {
        const { world, rung, timer } = await play(seed, {}, swept);
        const due: number[] = [];
        for (const [n, { aheadMs, waitMs }] of planned.entries()) {
          due.push(world.now() + Math.max(0, aheadMs));
          // No multiples of three, which set their own timers again.
          await timerSet(world, timer, 3 * n + 1, world.now() + aheadMs);
          await world.advance(waitMs);
        }
        await world.advance(hours(1));
        for (const n of planned.keys()) {
          const first = rung.find((one) => one.n === 3 * n + 1);
          // The row is written after the message; a firing between the two is put off by half a second.
          expect(first!.rungAt - due[n]!).toBeLessThanOrEqual(500);
        }
      },
    ),
    { numRuns, ...replay },
  );
}, 60_000);

async function timerSet(world: World, timer: Timer, n: number, at: number): Promise<void> {
  const set = timer.set(`alarm ${n}`, at, { n });
  await world.settle();
  await set;
}

import { hours, minutes, type OperationCall, type Reply } from '@portolan/kernel';
import { newWorld, simulate, type Simulation } from '@portolan/kernel/testing';
import { scheduling } from '@portolan/scheduling';
import { answered, newReceiver } from '@portolan/scheduling/testing';
import fc from 'fast-check';
import { portableTimers } from '@portolan/portable/testing';

/** Calls as a careful client does: an idempotent operation, again and again until it is answered. */
async function callForSure({ world, call }: Simulation, operation: string, input: OperationCall): Promise<Reply> {
  for (;;) {
    let reply: Reply | undefined;
    void call(operation, input).then(
      (answer) => (reply = answer),
      () => undefined,
    );
    await world.settle();
    if (reply !== undefined && !(reply.kind === 'problem' && reply.problem === 'unavailable')) return reply;
    await world.advance(100);
  }
}

const rarely = (max: number) => fc.integer({ min: 0, max: max * 1_000 }).map((permille) => permille / 1_000);

test('the scheduling service delivers every occurrence over portable timers, none early, whatever goes wrong', async () => {
  let crashes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.record({ crash: rarely(0.02), throttle: rarely(0.1), duplicate: rarely(0.2) }),
      async (seed, faults) => {
        const world = newWorld({ seed, faults });
        const receiver = newReceiver(world);
        receiver.behave = (_request, nth) => ({
          outcome: answered(nth % 5 === 0 ? 503 : 204),
          afterMs: (nth * 37) % 900,
        });
        const own = { webhooks: receiver, ...portableTimers(scheduling, world) };
        const simulation = await simulate(scheduling, { world, own });
        const promised: { readonly id: string; readonly due: readonly number[] }[] = [];
        for (let n = 0; n < 8; n++) {
          const id = `task-${n}`;
          const at = n % 4 === 3 ? world.now() : world.now() + minutes(1 + 2 * n) + ((n * 7_919) % 60_000);
          const base = {
            id,
            target: { kind: 'webhook', url: 'https://receiver.example/' },
            retry: { maxAttempts: 20, baseMs: 500, capMs: 5_000 },
          };
          const recurring = n % 4 === 2;
          const body = recurring
            ? { ...base, everyMs: minutes(5), startAt: at, count: 3, catchUp: { policy: 'all' } }
            : { ...base, at };
          expect((await callForSure(simulation, 'createTask', { body })).kind).toMatch(/created|ok/);
          promised.push({ id, due: recurring ? [at, at + minutes(5), at + minutes(10)] : [at] });
        }
        await world.advance(minutes(40));
        world.heal();
        await world.advance(hours(2));
        crashes += world.crashes;
        for (const { id, due } of promised) {
          const mine = receiver.received.filter(({ body }) => JSON.parse(body).task === id);
          const byOccurrence = Map.groupBy(mine, ({ body }) => Date.parse(JSON.parse(body).scheduledAt as string));
          expect([...byOccurrence.keys()].sort((a, b) => a - b)).toEqual(due);
          for (const [occurrence, requests] of byOccurrence)
            expect(Math.min(...requests.map(({ at }) => at))).toBeGreaterThanOrEqual(occurrence);
        }
      },
    ),
    { numRuns: Number(process.env['PORTOLAN_RUNS'] ?? 20), seed: Number(process.env['PORTOLAN_SEED'] ?? 1) },
  );
  expect(crashes).toBeGreaterThan(5);
}, 120_000);

import { seconds, timer, type Consumption, type ContractOf } from '@portolan/kernel';
import fc from 'fast-check';
import type { ConformanceRun, Harness } from '../harness.ts';
import { anything, within } from '../suite/expect.ts';
import { Inbox } from '../suite/inbox.ts';
import { plan, type Plan } from './fates.ts';
import { isVirtual, settingsFor } from './runs.ts';
import { TimerOracle } from './timer-oracle.ts';

type Step =
  | { readonly kind: 'set'; readonly id: string; readonly slot: number; readonly plan: Plan }
  | { readonly kind: 'cancel'; readonly id: string; readonly slot: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'restart' };

const modelled = timer('modelled', {
  payload: anything<{ n: number }>(),
  retry: { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) },
  visibilityMs: seconds(30),
});

// Instants after the start: past, soon, close together, and (where time is virtual) beyond 32 bits of milliseconds.
const nearMs = [-5_000, 0, 1_500, 1_501, 4_000];
const farMs = [60_000, 2 ** 31 + 5, 2 ** 32 + 5];

/**
 * Sets and cancels timers at random, with handlers that fail at random, restarts the process now and then, and accounts
 * for each timer at the end.
 *
 * @param settings - @default as the engine allows
 * @throws with the seed, and the shortest steps found, when a timer did not fire, fired early, or fired after its cancellation.
 */
export async function checkTimer(
  start: ConformanceRun['harness'],
  engine: ConformanceRun['engine'],
  settings: fc.Parameters<unknown> = settingsFor(engine),
): Promise<void> {
  const slots = isVirtual(engine) ? [...nearMs, ...farMs] : nearMs;
  const property = fc.asyncProperty(steps(slots.length, isVirtual(engine)), async (planned) => {
    await using harness = await start();
    await playTimer(harness, planned, slots, isVirtual(engine));
  });
  await fc.assert(property, settings as fc.Parameters<[Step[]]>);
}

function steps(slotCount: number, virtual: boolean): fc.Arbitrary<Step[]> {
  const id = fc.constantFrom('a', 'b');
  const slot = fc.nat(slotCount - 1);
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), id, slot, plan }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), id, slot }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 1_499, 1_500, 4_000) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  );
  return fc.array(step, { minLength: 1, maxLength: virtual ? 20 : 6 });
}

async function playTimer(
  harness: Harness,
  planned: readonly Step[],
  slots: readonly number[],
  virtual: boolean,
): Promise<void> {
  const oracle = new TimerOracle(modelled.retry.maxAttempts, virtual);
  const begin = harness.now();
  let contract: ContractOf<typeof modelled> = await harness.open(modelled);
  let consumption = await consume(harness, oracle);
  for (const step of planned) {
    if (step.kind === 'pass') await harness.pass(step.ms);
    else if (step.kind === 'restart') {
      // What is under way is answered first: whether an answer arrives that a crash cuts off is anybody's guess.
      await harness.settle();
      if (harness.restart === undefined) await consumption.stop();
      else await harness.restart();
      contract = await harness.open(modelled);
      consumption = await consume(harness, oracle);
    } else {
      const at = begin + slots[step.slot]!;
      if (step.kind === 'set') {
        const { n, answered } = oracle.setting(step.id, at, step.plan);
        await contract.set(step.id, at, { n });
        answered();
      } else {
        const cancelled = oracle.cancelling(step.id, at);
        await contract.cancel(step.id, at);
        cancelled(harness.now());
      }
    }
  }
  for (const slotMs of slots) await harness.pass(Math.max(0, begin + slotMs - harness.now()));
  await within(harness, seconds(60), () => oracle.assertAllFired(), 2_000);
  await harness.pass(seconds(5));
  oracle.assertNothingWrong();
}

function consume(harness: Harness, oracle: TimerOracle): Promise<Consumption> {
  return harness.consume(modelled, new Inbox<{ n: number }>(harness, (delivery) => oracle.fire(delivery)).consumer);
}

import assert from 'node:assert/strict';
import {
  queue,
  seconds,
  type Consumption,
  type DeadLetter,
  type Queue,
  type QueuePort,
  type SendOptions,
} from '@portolan/kernel';
import fc from 'fast-check';
import type { ConformanceRun, Guarantees, Harness } from '../harness.ts';
import { anything, within } from '../suite/expect.ts';
import { Inbox } from '../suite/inbox.ts';
import { plan, type Plan } from './fates.ts';
import { QueueOracle } from './queue-oracle.ts';
import { isVirtual, settingsFor } from './runs.ts';

type Step =
  | { readonly kind: 'send'; readonly plan: Plan; readonly options: SendOptions }
  | { readonly kind: 'batch'; readonly entries: readonly { readonly plan: Plan; readonly options: SendOptions }[] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'restart' };

interface Game {
  readonly port: QueuePort;
  readonly harness: Harness;
  readonly oracle: QueueOracle;
  queue: Queue<{ n: number }>;
  consumption: Consumption;
}

const retry = { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) };
/** What the random steps may use of the port. */
type Asked = Pick<Guarantees, 'delay' | 'ordered' | 'dedupe'>;

/**
 * Sends random messages to handlers that fail at random, restarts the process now and then, and accounts for each
 * message at the end.
 *
 * @param settings - @default as the engine allows
 * @throws with the seed, and the shortest steps found, when a message got lost, came too soon, or did not end as it must.
 */
export async function checkQueue(
  { harness: start, engine, guarantees = {} }: Pick<ConformanceRun, 'harness' | 'engine' | 'guarantees'>,
  settings: fc.Parameters<unknown> = settingsFor(engine),
): Promise<void> {
  for (const asked of shapesOf(guarantees)) {
    const property = fc.asyncProperty(steps(asked, isVirtual(engine)), async (planned) => {
      await using harness = await start();
      await playQueue(harness, planned, asked, isVirtual(engine));
    });
    await fc.assert(property, settings as fc.Parameters<[Step[]]>);
  }
}

/** What queues to try. A delay inside an ordering key has no meaning that engines agree on: never both. */
function shapesOf({ delay = false, ordered = false, dedupe = false }: Asked): readonly Asked[] {
  return [{ delay, dedupe }, ...(ordered ? [{ ordered, dedupe }] : [])];
}

function steps(asked: Asked, virtual: boolean): fc.Arbitrary<Step[]> {
  const options = fc.record(
    {
      ...(asked.delay === true ? { delayMs: fc.constantFrom(0, 1_000, 4_000) } : {}),
      ...(asked.ordered === true ? { orderingKey: fc.constantFrom('k', 'l') } : {}),
      ...(asked.dedupe === true ? { dedupeId: fc.constantFrom('x', 'y', 'z') } : {}),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<SendOptions>;
  const entry = fc.record({ plan, options });
  const pass = fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 999, 2_000, 5_000) });
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), plan, options }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('batch' as const), entries: fc.array(entry, { maxLength: 4 }) }),
    },
    { weight: 3, arbitrary: pass },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  );
  return fc.array(step, { minLength: 1, maxLength: virtual ? 15 : 6 });
}

async function playQueue(harness: Harness, planned: readonly Step[], asked: Asked, virtual: boolean): Promise<void> {
  const port = queue('modelled', {
    message: anything<{ n: number }>(),
    retry,
    visibilityMs: seconds(30),
    ...(asked.delay === true ? { maxDelayMs: seconds(60) } : {}),
    ...(asked.ordered === true ? { ordered: true } : {}),
    ...(asked.dedupe === true ? { dedupe: true } : {}),
  });
  const oracle = new QueueOracle(retry.maxAttempts, { strict: virtual, ordered: asked.ordered === true });
  const game: Game = {
    port,
    harness,
    oracle,
    queue: await harness.open(port),
    consumption: await consume(harness, port, oracle),
  };
  for (const step of planned) await take(game, step);
  await within(harness, seconds(120), () => oracle.assertAllEnded(), 2_000);
  oracle.assertNothingWrong();
  await auditDeadLetters(game);
}

async function take(game: Game, step: Step): Promise<void> {
  const { harness, oracle, port } = game;
  if (step.kind === 'pass') return harness.pass(step.ms);
  if (step.kind === 'restart') {
    // What is under way is answered first: whether an answer arrives that a crash cuts off is anybody's guess.
    await harness.settle();
    if (harness.restart === undefined) await game.consumption.stop();
    else await harness.restart();
    game.queue = await harness.open(port);
    game.consumption = await consume(harness, port, oracle);
    return;
  }
  const entries = step.kind === 'send' ? [step] : step.entries;
  const messages = entries.map((entry) => ({ message: { n: oracle.send(entry, harness.now()) }, ...entry.options }));
  if (step.kind === 'batch') {
    assert.deepEqual(await game.queue.sendBatch(messages), Array(messages.length).fill({ kind: 'sent' }));
  } else {
    const { message, ...options } = messages[0]!;
    await game.queue.send(message, options);
  }
}

function consume(harness: Harness, port: QueuePort, oracle: QueueOracle): Promise<Consumption> {
  return harness.consume(port, new Inbox<{ n: number }>(harness, (delivery) => oracle.receive(delivery)).consumer, {
    batchSize: 3,
  });
}

/** The dead letters are those that must be there, and each of them can be brought back to life. */
async function auditDeadLetters({ harness, oracle, queue: source }: Game): Promise<void> {
  const expected = oracle.dead();
  await within(harness, seconds(5), async () => {
    const letters = (await allDeadLetters(source)).map(({ message, attempts, reason }) => ({
      n: message.n,
      attempts,
      reason,
    }));
    assert.deepEqual(
      letters.map(({ n }) => n).sort(byNumber),
      expected.map(({ n }) => n).sort(byNumber),
      'dead letters',
    );
    for (const { n, attempts, reason } of expected) {
      const letter = letters.find((found) => found.n === n)!;
      assert.ok(letter.reason.includes(reason), `message ${n} died of "${letter.reason}", not of "${reason}"`);
      assert.equal(letter.attempts, attempts, `attempts of message ${n}`);
    }
  });
  oracle.redrive();
  assert.equal(await source.redrive(), expected.length);
  await within(harness, seconds(30), () => oracle.assertAllEnded());
  oracle.assertNothingWrong();
  assert.deepEqual((await source.deadLetters()).items, []);
}

async function allDeadLetters(source: Queue<{ n: number }>): Promise<DeadLetter<{ n: number }>[]> {
  const found: DeadLetter<{ n: number }>[] = [];
  let cursor: string | undefined;
  do {
    const page = await source.deadLetters({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const byNumber = (a: number, b: number): number => a - b;

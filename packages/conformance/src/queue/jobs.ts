import assert from 'node:assert/strict';
import { kibibytes, queue, seconds, type ContractOf, type DeadLetter, type Queue } from '@portolan/kernel';
import type { Guarantees, Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { anything, within } from '../suite/expect.ts';
import { Inbox, type Answer } from '../suite/inbox.ts';

/** What the queues of the suite carry. */
export interface Job {
  readonly n: number;
  readonly key?: string;
  readonly body?: unknown;
}

// Whole seconds, as the coarsest engines count, and few of them, since real engines wait them out.
const options = {
  message: anything<Job>(),
  retry: { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) },
  visibilityMs: seconds(10),
} as const;

export const jobs = queue('jobs', options);
export const smallJobs = queue('small-jobs', { ...options, maxMessageBytes: kibibytes(1) });
export const delayedJobs = queue('delayed-jobs', { ...options, maxDelayMs: seconds(60) });
export const orderedJobs = queue('ordered-jobs', { ...options, ordered: true });
export const uniqueJobs = queue('unique-jobs', { ...options, dedupe: true });

export type Jobs = ContractOf<typeof jobs>;

/** Longer than the longest backoff. */
export const retryMs = options.retry.capMs;
/** Long enough for all attempts of a message that fails each time. */
export const lifeMs = options.retry.maxAttempts * retryMs + seconds(2);

/** What a case works with: the queue, its engine, and a consumer to start when it likes. */
export interface Bench {
  readonly queue: Queue<Job>;
  readonly harness: Harness;
  /** Starts to consume. */
  consume(answer?: Answer<Job>, batchSize?: number): Promise<Inbox<Job>>;
}

export function queueCase(title: string, run: (bench: Bench) => Promise<void>): Case {
  return caseOver(jobs, title, run);
}

/** A case over a queue that asks for a guarantee. */
export function caseOver(
  port: typeof jobs | typeof smallJobs | typeof delayedJobs | typeof orderedJobs | typeof uniqueJobs,
  title: string,
  run: (bench: Bench) => Promise<void>,
  needs?: keyof Guarantees,
): Case {
  return {
    title,
    ...(needs === undefined ? {} : { needs }),
    async run(harness) {
      const consume: Bench['consume'] = async (answer, batchSize = 1) => {
        const inbox = new Inbox<Job>(harness, answer);
        await harness.consume(port, inbox.consumer, { batchSize });
        return inbox;
      };
      await run({ queue: await harness.open(port), harness, consume });
    },
  };
}

/** Waits until exactly these messages came, in any order, each once. */
export async function delivered(
  harness: Harness,
  inbox: Inbox<Job>,
  ns: readonly number[],
  limitMs = 2_000,
): Promise<void> {
  const sorted = (): number[] => inbox.messages.map(({ n }) => n).sort((a, b) => a - b);
  await within(harness, limitMs, () =>
    assert.deepEqual(
      sorted(),
      ns.toSorted((a, b) => a - b),
    ),
  );
}

/** Waits until there are this many dead letters. */
export async function dead(harness: Harness, source: Queue<Job>, count: number): Promise<readonly DeadLetter<Job>[]> {
  return within(harness, 2 * lifeMs, async () => {
    const { items } = await source.deadLetters();
    assert.equal(items.length, count, `${count} dead letters expected, not ${items.length}`);
    return items;
  });
}

export const failing = (why = 'not today'): never => {
  throw new Error(why);
};

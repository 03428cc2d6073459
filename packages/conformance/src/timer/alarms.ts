import assert from 'node:assert/strict';
import { days, kibibytes, seconds, timer, type ContractOf } from '@portolan/kernel';
import type { Guarantees, Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { anything, within } from '../suite/expect.ts';
import { Inbox, type Answer } from '../suite/inbox.ts';

/** What the timers of the suite carry. */
export interface Alarm {
  readonly n: number;
  readonly body?: unknown;
}

const options = {
  payload: anything<Alarm>(),
  retry: { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) },
  visibilityMs: seconds(10),
} as const;

export const alarms = timer('alarms', options);
export const otherAlarms = timer('other-alarms', { ...options, maxPayloadBytes: kibibytes(1), horizonMs: days(30) });

/** Long enough for all attempts of a firing that fails each time. */
export const lifeMs = options.retry.maxAttempts * options.retry.capMs + seconds(2);

export interface Bench {
  readonly timer: ContractOf<typeof alarms>;
  readonly harness: Harness;
  /** @see Case.run */
  readonly crowd: number;
  /** Starts to consume. Every firing is checked to be no earlier than its instant. */
  consume(answer?: Answer<Alarm>, batchSize?: number): Promise<Inbox<Alarm>>;
}

export function timerCase(title: string, run: (bench: Bench) => Promise<void>, needs?: keyof Guarantees): Case {
  return {
    title,
    ...(needs === undefined ? {} : { needs }),
    async run(harness, crowd) {
      const inboxes: Inbox<Alarm>[] = [];
      const consume: Bench['consume'] = async (answer, batchSize = 1) => {
        const inbox = new Inbox<Alarm>(harness, answer);
        inboxes.push(inbox);
        await harness.consume(alarms, inbox.consumer, { batchSize });
        return inbox;
      };
      await run({ timer: await harness.open(alarms), harness, crowd, consume });
      for (const { received } of inboxes) neverEarly(received);
    },
  };
}

export function neverEarly(received: Inbox<Alarm>['received']): void {
  for (const { id, at, receivedAt } of received) {
    assert.ok(receivedAt >= at, `timer ${id} fired ${at - receivedAt} ms early`);
  }
}

/** Waits until exactly these firings came, in any order, each once. */
export async function fired(
  harness: Harness,
  inbox: Inbox<Alarm>,
  ns: readonly number[],
  limitMs = 1_000,
): Promise<void> {
  await within(harness, limitMs, () => {
    assert.deepEqual(
      inbox.messages.map(({ n }) => n).sort((a, b) => a - b),
      ns.toSorted((a, b) => a - b),
    );
  });
}

/** Moves time to an instant, if it is not past. */
export async function passTo(harness: Harness, at: number): Promise<void> {
  const leftMs = at - harness.now();
  await (leftMs > 0 ? harness.pass(leftMs) : harness.settle());
}

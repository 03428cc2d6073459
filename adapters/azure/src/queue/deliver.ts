import {
  PortError,
  settle,
  type Arrival,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type Outlet,
  type RetryPolicy,
} from '@portolan/kernel';
import type { Mailbox } from './mailbox.ts';
import { carriedOf } from './message-text.ts';
import { metadataOf, type QueueTriggerEvent } from './trigger-event.ts';

/** What arrived with a queue trigger. */
export function arrivalOf({ message, triggerMetadata }: QueueTriggerEvent, now: number): Arrival {
  const { deliveries, ...known } = metadataOf(triggerMetadata, now);
  return { carried: carriedOf(message, known), deliveries };
}

/** Copies with a delay, and the queue of dead letters. */
export const outletOf = (mailbox: Mailbox): Outlet => ({
  async again(copy, delayMs) {
    await mailbox.send(copy, delayMs);
    return 'sent';
  },
  bury: (dead) => mailbox.bury(dead),
});

/**
 * Hands deliveries to a consumer, and returns once each of them has been handled or seen to.
 *
 * @throws {PortError} `unavailable` where one was left: then the platform has to deliver again by its own means.
 */
export async function deliverAll(
  arrivals: readonly Arrival[],
  consumer: Consumer,
  { visibilityMs }: Pick<ConsumeOptions, 'visibilityMs'>,
  settling: { readonly retry: RetryPolicy; readonly environment: Environment; readonly outlet: Outlet },
): Promise<void> {
  const timed = withinTime(consumer, visibilityMs, settling.environment);
  const outcomes = await Promise.all(settle(arrivals, timed, settling));
  if (outcomes.includes('left')) throw new PortError('unavailable', 'a delivery was left to the platform');
}

/**
 * A consumer whose answers come in time: a delivery without one counts as failed. The host would wait for as long as its
 * functions may run, and renew the lease of the message all the while.
 */
function withinTime(consumer: Consumer, visibilityMs: number, { clock, deadline }: Environment): Consumer {
  return (batch) => {
    const { signal } = deadline(clock.now() + visibilityMs);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const expire = (): void => reject(new PortError('timeout', `no answer within ${visibilityMs} ms`));
    signal.addEventListener('abort', expire, { once: true });
    const answers = consumer(batch);
    void Promise.allSettled(answers).then(() => signal.removeEventListener('abort', expire));
    return answers.map((answer) => Promise.race([answer, late]));
  };
}

import {
  PortError,
  settle,
  type Arrival,
  type Consumer,
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
  settling: { readonly retry: RetryPolicy; readonly environment: Environment; readonly outlet: Outlet },
): Promise<void> {
  const outcomes = await Promise.all(settle(arrivals, consumer, settling));
  if (outcomes.includes('left')) throw new PortError('unavailable', 'a delivery was left to the platform');
}

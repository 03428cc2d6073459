import { minutes, type Clock, type Queue } from '@portolan/kernel';
import type { DueCall, DueMessage, Waker } from '@portolan/portable';
import { maxDelayMs } from './due-queue.ts';

/**
 * Wakes by the delay of SQS. A message that waits longer than 15 minutes comes early, and is put off by the queue's own
 * means, again and again, until it is due.
 */
export function queueWaker(queue: Queue<DueMessage>, clock: Clock): Waker {
  return {
    wake: ({ message, at }) => queue.send(message, { delayMs: Math.min(Math.max(0, at - clock.now()), maxDelayMs) }),
    // SQS takes nothing back.
    forget: async () => undefined,
  };
}

/**
 * Wakes timers that are due so soon that the queue does it best.
 *
 * @param nearMs - From 1 second to the 15 minutes that SQS can delay. @default 1 min
 * @throws {RangeError} for one out of range.
 */
export function nearWaker(
  queue: Queue<DueMessage>,
  clock: Clock,
  nearMs = minutes(1),
): Waker & { readonly has: (call: DueCall) => boolean } {
  if (!(nearMs >= 1_000 && nearMs <= maxDelayMs))
    throw new RangeError(`nearMs must be from 1 second to 15 minutes, not ${nearMs} ms`);
  return { ...queueWaker(queue, clock), has: ({ at }) => at < clock.now() + nearMs };
}

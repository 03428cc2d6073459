import type { Clock, Queue } from '@portolan/kernel';
import type { DueMessage, Waker } from '@portolan/portable';
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

import { queueWaker } from './queue-waker.ts';
import { wakingAdapter } from './waking-adapter.ts';

/**
 * Timers that wait in an SQS queue: a message with a delay of up to 15 minutes, sent on each time it comes early. As
 * prompt as SQS, and cheap for hours; each day of waiting costs 96 messages more, so that months are dear and a million
 * timers keep a queue busy with a thousand messages a second.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 */
export const sqsDelayTimer = () =>
  wakingAdapter({
    name: 'sqsDelayTimer',
    guarantees: { prompt: true } as const,
    waker: ({ queue, environment }) => queueWaker(queue, environment.clock),
  });

import type { SQSClient } from '@aws-sdk/client-sqs';
import { adapter, type Opening, type PlatformTrigger, type TriggerPlace } from '@portolan/composition';
import { carriedOverheadBytes, type QueuePort } from '@portolan/kernel';
import { sqsModule, sqsToken } from '../clients/sqs.ts';
import { epitaphBytes } from './dead-queue.ts';
import { maxSqsBytes } from './message-text.ts';
import { queueNames } from './queue-resource.ts';
import { maxDelaySeconds } from './reception.ts';
import { SqsMessages } from './sqs-messages.ts';

/** What a message may have beside its envelope and the reason of its death. */
export const sizeLimit = {
  max: maxSqsBytes - carriedOverheadBytes - epitaphBytes,
  wayOut: 'declare smaller messages, and send a reference to what is large in an objects port',
} as const;

/** The queue that calls a function. */
export const queueTrigger =
  (fifo: boolean) =>
  ({ service, port }: TriggerPlace): readonly PlatformTrigger[] => [
    { kind: 'sqs', resource: queueNames(service, port.name, fifo).main },
  ];

/**
 * Queues in SQS, standard ones: any number of messages at a time, in no order, now and then one twice.
 *
 * - A message has at most 1 MiB, of which the adapter takes 3.5 KiB for its envelope and for the reason of its death.
 *   See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 * - A delay is at most the 15 minutes that SQS itself can hold a message back. A handler may ask for longer: then the
 *   message makes several waits of it, each of which calls the function once.
 *   See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 * - What nobody handles is gone after 14 days, dead letters too.
 * - Dead letters cannot be listed by SQS: a look receives and gives back, up to 1,000 of them; see `DeadQueue`.
 */
export const sqsQueue = () =>
  adapter({
    kind: 'queue',
    cloud: 'aws',
    name: 'sqsQueue',
    guarantees: { delay: true, ordered: false, dedupe: false } as const,
    limits: {
      maxMessageBytes: sizeLimit,
      maxDelayMs: {
        max: maxDelaySeconds * 1_000,
        wayOut: 'declare a shorter delay, or use a timer, which has no horizon',
      },
    },
    modules: [sqsModule],
    needs: [sqsToken],
    triggers: queueTrigger(false),
    open: ({ service, port, environment }: Opening<QueuePort>, client: SQSClient) =>
      new SqsMessages(client, queueNames(service, port.name, false), port, environment),
  });

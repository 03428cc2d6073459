import type { SQSClient } from '@aws-sdk/client-sqs';
import { adapter, type Opening } from '@portolan/composition';
import type { QueuePort } from '@portolan/kernel';
import { sqsModule, sqsToken } from '../clients/sqs.ts';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { queueNames } from './queue-resource.ts';
import { SqsMessages } from './sqs-messages.ts';
import { queueTrigger, sizeLimit } from './sqs-queue.ts';
import { waitsPort } from './waits.ts';

/**
 * Queues in SQS, FIFO ones: messages of one ordering key in order and one at a time, duplicates dropped for 5 minutes.
 * They cannot delay single messages.
 *
 * A message that failed keeps its place, and its key waits for it. SQS cannot note anything on a message that it keeps, so
 * the queue is built on a small DynamoDB table (`<port>-waits`), which is written only when a handler asks for time or a
 * message stands behind a failed one, and read only for messages that come again.
 *
 * Sizes and times are those of `sqsQueue`. The port's name has at most 34 characters, so that the table's fits.
 */
export const sqsFifoQueue = () =>
  adapter({
    kind: 'queue',
    cloud: 'aws',
    name: 'sqsFifoQueue',
    guarantees: { delay: false, ordered: true, dedupe: true } as const,
    limits: { maxMessageBytes: sizeLimit },
    modules: [sqsModule],
    needs: [sqsToken],
    triggers: queueTrigger(true),
    parts: (port: QueuePort) => ({ waits: { port: waitsPort(port), adapter: dynamodbTable() } }),
    open: ({ service, port, environment, parts }: Opening<QueuePort>, client: SQSClient) =>
      new SqsMessages(client, queueNames(service, port.name, true), port, environment, parts['waits']),
  });

import { minutes } from '@portolan/kernel';
import { portableTimer } from '@portolan/portable';
import { sqsQueue } from '../queue/sqs-queue.ts';
import { dynamodbTable } from '../table/dynamodb-table.ts';

/**
 * Timers in a DynamoDB table that a cron of EventBridge looks through each minute: it sends what is due to the queue that
 * fires it. Up to a minute late, and a little more; nothing waits anywhere but in the table. `portableTimer` over the same
 * table and queue looks ahead, and is prompt to the second for a write less.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html (a minute is the finest)
 */
export const eventBridgeCronTimer = () =>
  portableTimer({
    name: 'eventBridgeCronTimer',
    table: dynamodbTable(),
    queue: sqsQueue(),
    sweepEveryMs: minutes(1),
    lookAhead: false,
  });

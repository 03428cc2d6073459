import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { days, minutes, type TimerPort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { dynamodbTableResource, type DynamodbTableResource } from '../table/table-resource.ts';
import { queueWaker } from './queue-waker.ts';
import { marksPort, marksReceiver, marksWaker } from './ttl-marks.ts';
import { wakingAdapter } from './waking-adapter.ts';

/**
 * Timers that are an expiring item of DynamoDB each: its deletion comes through the table's stream and is sent to the
 * queue that fires the timer. Any number of them, at any instant, for the price of a write; and late: DynamoDB deletes
 * within a few days of the expiry, mostly within minutes where little expires. Never early.
 *
 * A stream keeps its records for a day: where the function fails for longer, what it has not forwarded is lost. Give its
 * event source mapping a destination for failures.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html (24 hours)
 */
export const dynamodbTtlTimer = () =>
  wakingAdapter({
    ...expiring,
    name: 'dynamodbTtlTimer',
    guarantees: { prompt: false } as const,
    waker: (opening) => marksWaker(opening, 0),
  });

export interface DynamodbTtlSqsTimerOptions {
  /**
   * How long before the instant the item expires, in milliseconds: a timer is on time where DynamoDB deletes it within
   * that, and late by the rest where it does not. What waits longer than 15 minutes in the queue costs a message more for
   * each 15 minutes. From 1 second to 14 days. @default 15 min
   */
  readonly leadMs?: number;
}

/**
 * As `dynamodbTtlTimer`, with the item expiring ahead of time and the rest waited out in the queue: on time to the second
 * wherever DynamoDB deletes within `leadMs`. Since it promises no more than "a few days", neither does this adapter: there
 * is no lead for which it would be `prompt`. A timer that is set within `leadMs` waits in the queue from the start, and is.
 *
 * @throws {RangeError} for a lead out of range.
 */
export const dynamodbTtlSqsTimer = ({ leadMs = minutes(15) }: DynamodbTtlSqsTimerOptions = {}) => {
  if (!(leadMs >= 1_000 && leadMs <= days(14)))
    throw new RangeError(`dynamodbTtlSqsTimer: leadMs must be from 1 second to 14 days, not ${leadMs} ms`);
  return wakingAdapter({
    ...expiring,
    name: 'dynamodbTtlSqsTimer',
    guarantees: { prompt: false } as const,
    waker: (opening) => {
      const { clock } = opening.environment;
      const [near, far] = [queueWaker(opening.queue, clock), marksWaker(opening, leadMs)];
      return {
        wake: (call) => (call.at < clock.now() + leadMs ? near : far).wake(call),
        forget: (call) => far.forget(call),
      };
    },
  });
};

const expiring = {
  parts: (port: TimerPort) => ({ marks: { port: marksPort(port), adapter: dynamodbTable() } }),
  triggers: ({ service, port }: { readonly service: string; readonly port: { readonly name: string } }) => [
    { kind: 'dynamodb-stream', resource: resourceName(service, `${port.name}-ttl`) },
  ],
  receive: marksReceiver,
};

/** What has to exist for the marks of one timer port: their table, and its stream with what of it calls the function. */
export interface TtlMarksResource extends DynamodbTableResource {
  /** For the event source mapping, besides `ReportBatchItemFailures`: only what expired calls the function. */
  readonly filterPattern: string;
}

/**
 * The table of marks of a timer port.
 *
 * @param env - Where the stage is read from. @default the process's
 * @throws {RangeError} for a name that is too long.
 */
export function ttlMarksResource(
  service: string,
  port: TimerPort,
  env?: Readonly<Record<string, string | undefined>>,
): TtlMarksResource {
  const resource = dynamodbTableResource(service, marksPort(port), env);
  const table: CreateTableCommandInput = {
    ...resource.table,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
  };
  const userIdentity = { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] };
  return { ...resource, table, filterPattern: JSON.stringify({ eventName: ['REMOVE'], userIdentity }) };
}

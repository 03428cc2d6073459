import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { chunks, maxSendEntries, reasonOf, table, type Schema, type Table, type TimerPort } from '@portolan/kernel';
import type { DueCall, DueMessage, Waker } from '@portolan/portable';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { fromAttributes } from '../table/attributes.ts';
import { callName } from './call-name.ts';
import { maxDelayMs } from './due-queue.ts';
import type { WakingOpening } from './waking-adapter.ts';

/** An item that expires when its timer is to be woken. */
export interface TtlMark extends DueMessage {
  readonly id: string;
  /** Of the timer, milliseconds since 1970. */
  readonly at: number;
}

/** The table of marks behind a timer port. */
export const marksPort = (port: TimerPort) => table(`${port.name}-ttl`, { item: markSchema, key: ['id'] });

const markSchema: Schema<TtlMark> = {
  '~standard': {
    version: 1,
    vendor: 'portolan',
    validate: (value) => (isMark(value) ? { value } : { issues: [{ message: 'must be the mark of a timer' }] }),
  },
};

function isMark(value: unknown): value is TtlMark {
  const { id, bucket, sort, life, resent, at } = (value ?? {}) as Record<string, unknown>;
  return [id, bucket, sort, life].every((text) => typeof text === 'string') && [resent, at].every(Number.isSafeInteger);
}

/** @param leadMs - How long before its timer's instant a mark expires. */
export function marksWaker({ parts, environment: { clock } }: WakingOpening, leadMs: number): Waker {
  const marks = parts['marks'] as Table<TtlMark, { readonly id: string }>;
  return {
    async wake({ message, at }: DueCall) {
      // DynamoDB leaves items alone that expired more than five years ago.
      const expiresAt = Math.max(at - leadMs, clock.now());
      await marks.put({ id: callName(message), ...message, at }, { expiresAt });
    },
    async forget({ message }) {
      await marks.delete({ id: callName(message) });
    },
  };
}

/**
 * Sends the timers whose marks DynamoDB deleted to the queue that fires them.
 *
 * @returns Reads the events of the marks' stream; `undefined` for any other event. The answer names the records that must
 *   come again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function marksReceiver({ queue, environment, port }: WakingOpening) {
  const { clock, log } = environment;
  const forward = async (records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> => {
    const due = records.flatMap((record) => {
      try {
        const mark = expiredMark(record);
        return mark === undefined ? [] : [{ record, mark }];
      } catch (error) {
        // It would hold up every record behind it for a day, and can never be read.
        log.error('a record of the stream is no mark of a timer', { timer: port.name, reason: reasonOf(error) });
        return [];
      }
    });
    const failed: DynamoDBRecord[] = [];
    for (const chunk of chunks(due, maxSendEntries)) {
      const entries = chunk.map(({ mark: { bucket, sort, life, resent, at } }) => ({
        message: { bucket, sort, life, resent },
        delayMs: Math.min(Math.max(0, at - clock.now()), maxDelayMs),
      }));
      const results = await queue.sendBatch(entries);
      results.forEach(({ kind }, index) => kind === 'failed' && failed.push(chunk[index]!.record));
    }
    return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb!.SequenceNumber! })) };
  };
  return (event: unknown): Promise<DynamoDBBatchResponse> | undefined => {
    const { Records = [] } = (event ?? {}) as Partial<DynamoDBStreamEvent>;
    return Records[0]?.eventSource === 'aws:dynamodb' ? forward(Records) : undefined;
  };
}

/**
 * The mark that DynamoDB deleted because it expired. Those of cancelled timers are deleted by us.
 *
 * @throws {PortError} `corrupted` for an item that is none.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
function expiredMark({ eventName, userIdentity, dynamodb }: StreamRecord): TtlMark | undefined {
  const byService = userIdentity?.type === 'Service' && userIdentity.principalId === 'dynamodb.amazonaws.com';
  if (eventName !== 'REMOVE' || !byService) return undefined;
  const item = fromAttributes((dynamodb?.OldImage ?? {}) as Record<string, AttributeValue>, 'the stream of marks');
  if (isMark(item)) return item;
  throw new TypeError('its old image is missing, or not that of a mark');
}

/** The types of the event know no `userIdentity` of single records. */
type StreamRecord = DynamoDBRecord & {
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
};

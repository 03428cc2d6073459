import {
  kibibytes,
  queue,
  seconds,
  table,
  type QueuePort,
  type Schema,
  type Table,
  type TablePort,
  type TimerPort,
  type Trace,
} from '@portolan/kernel';
import type { Place } from './places.ts';

/** A timer that stands. Its row is there from when it is set until it has fired or is cancelled. */
export interface TimerRow extends Place {
  readonly kind: 'timer';
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly payload: unknown;
  readonly trace?: Trace;
  /** Differs each time that a timer of this id and instant is set anew: messages of a life before are stale. */
  readonly life: string;
  /** How often its message was replaced, because it seemed lost; only the last one counts. */
  readonly resent: number;
  /** From when on its message counts as lost. Absent where it is left to the sweep to send one. */
  readonly lostAt?: number;
  /** Why it must not be sent again: its last attempt has begun, or it was given up. It then waits as a dead letter. */
  readonly end?: End;
}

export interface End {
  /** The attempt that ended it. */
  readonly attempt: number;
  /** Where it was given up before its last attempt. */
  readonly reason?: string;
}

/** The row of a timer that begins a life. */
export function newRow(
  place: Place,
  { id, at, payload, trace }: Pick<TimerRow, 'id' | 'at' | 'payload'> & { readonly trace: Trace | undefined },
  life: string,
): TimerRow {
  return { ...place, kind: 'timer', id, at, payload, ...(trace === undefined ? {} : { trace }), life, resent: 0 };
}

/** Says that a bucket may hold timers, and how far the sweep has come in it. */
export interface OpenBucket extends Place {
  readonly kind: 'bucket';
  /** Timers before this sort key were sent to the queue. */
  readonly handedTo: string;
  /** No timer stands before this sort key. */
  readonly clearTo: string;
  /** While a sweep works on it: which, and until when it may be thought alive. */
  readonly claim?: { readonly by: string; readonly until: number };
  /** When a timer was last set for an instant long past; milliseconds since 1970. */
  readonly touchedAt: number;
}

export type Row = TimerRow | OpenBucket;
export type TimerTable = Table<Row, Place>;

/** The partition of all {@link OpenBucket}s, whose sort key is the bucket's name. */
export const openPartition = 'open';

/** What the queue carries: where the timer lies, and which message of which life this is. */
export interface DueMessage extends Place {
  readonly life: string;
  readonly resent: number;
}

/** A row's bytes besides its payload: an id of 256 bytes that JSON escapes, a trace, a reason of 500 characters. */
const rowOverheadBytes = kibibytes(6);
/** What a firing needs besides its handler's time: to look at its row before, and to delete it after. */
const lookingMs = seconds(2);

/** The table behind a timer port. */
export function atPort(port: TimerPort): TablePort<string, Row, Place> {
  return table(`${port.name}-at`, {
    item: rowSchema,
    key: ['bucket', 'sort'],
    maxItemBytes: port.maxPayloadBytes + rowOverheadBytes,
  });
}

/** The queue behind a timer port. Its retries and its dead letters are the timer's. */
export function duePort(port: TimerPort, maxDelayMs: number): QueuePort<string, DueMessage, { readonly delay: true }> {
  return queue(`${port.name}-due`, {
    message: dueSchema,
    maxDelayMs,
    retry: port.retry,
    visibilityMs: port.visibilityMs + lookingMs,
    maxMessageBytes: kibibytes(1),
  });
}

const isText = (value: unknown): boolean => typeof value === 'string';

const rowSchema = schemaOf<Row>('a timer or a bucket', ({ bucket, sort, kind, ...row }) => {
  if (!isText(bucket) || !isText(sort)) return false;
  return kind === 'timer' ? isText(row['id']) && isText(row['life']) : kind === 'bucket' && isText(row['handedTo']);
});

const dueSchema = schemaOf<DueMessage>(
  'a due timer',
  ({ bucket, sort, life, resent }) => isText(bucket) && isText(sort) && isText(life) && Number.isInteger(resent),
);

/** Only this adapter writes them; the schema tells a foreign row or message from its own. */
function schemaOf<T>(what: string, is: (fields: Record<string, unknown>) => boolean): Schema<T> {
  return {
    '~standard': {
      version: 1,
      vendor: 'portolan',
      validate: (value) =>
        typeof value === 'object' && value !== null && is(value as Record<string, unknown>)
          ? { value: value as T }
          : { issues: [{ message: `must be ${what}` }] },
    },
  };
}

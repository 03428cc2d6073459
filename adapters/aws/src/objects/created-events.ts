import { unpackCarried, type Carried, type ObjectCreated } from '@portolan/kernel';
import { createHash } from 'node:crypto';
import { tagOf } from './object-info.ts';

/** What S3 tells EventBridge of an object, as far as it is read. */
interface CreatedEvent {
  readonly source: 'aws.s3';
  readonly 'detail-type': 'Object Created';
  /** To the second. */
  readonly time: string;
  readonly detail: {
    readonly object: {
      /** As it is: S3 encodes keys in the notifications that it sends itself, and not in these. */
      readonly key: string;
      /** Without quotes. */
      readonly etag: string;
      readonly size: number;
      /** Tells the writes of one key apart; hexadecimal. */
      readonly sequencer: string;
    };
  };
}

/**
 * What is carried by a message in the queue of a function that listens: an event of S3, or a copy that is sent again.
 *
 * S3 and EventBridge may tell of one write twice; its delivery then has the same id.
 *
 * @returns `undefined` for what neither of them has sent.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function readCreated(body: string): Carried | undefined {
  const carried = unpackCarried(body);
  if (carried !== undefined) return carried;
  const event = parsed(body);
  if (!isCreated(event)) return undefined;
  const { key, etag, size, sequencer } = event.detail.object;
  const message: ObjectCreated = { key, tag: tagOf(etag), sizeBytes: size };
  const id = createHash('sha256').update(`${sequencer}\n${key}`).digest('base64url');
  return { id, message, at: Date.parse(event.time), attempts: 0 };
}

function isCreated(event: unknown): event is CreatedEvent {
  const { source, time, 'detail-type': type, detail } = (event ?? {}) as Partial<CreatedEvent>;
  const { key, etag, size, sequencer } = (detail?.object ?? {}) as Partial<CreatedEvent['detail']['object']>;
  return (
    source === 'aws.s3' &&
    type === 'Object Created' &&
    typeof time === 'string' &&
    !Number.isNaN(Date.parse(time)) &&
    [key, etag, sequencer].every((text) => typeof text === 'string') &&
    typeof size === 'number'
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No JSON: nothing that EventBridge sends.
    return undefined;
  }
}

import type { RetryPolicy } from './backoff.ts';
import { PortError } from './errors.ts';
import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';
import { defaultRetry } from './queue.ts';
import type { Schema } from './schema.ts';
import type { Page } from './table.ts';
import type { TopicFilter } from './topic.ts';
import { gibibytes, hours, seconds } from './units.ts';

/**
 * Objects of any bytes under keys. A write replaces the whole object at once: no reader ever sees half of one, and a write
 * that fails, or whose process ends, leaves what stood before. Reads and lists see every write that was answered before
 * they began.
 *
 * A key is 1 to 700 bytes of UTF-8: segments of 1 to 250 characters without control characters and backslashes, joined by
 * `/`; no segment is `.` or `..` or ends with a dot.
 *
 * Every method throws {@link PortError}: `invalid` for a malformed key, range, cursor or option; `too-large` over
 * `maxObjectBytes`; `throttled`, `unavailable`, `timeout` from the engine. A write that threw `timeout` or `unavailable`
 * may have happened.
 */
export interface Objects {
  /**
   * The object with its content, or `undefined`. The content is that of the tag told, even while another replaces it.
   * Iterate the body to its end, or end the iteration early (`break`), so that what it holds is given back.
   *
   * @throws {PortError} `invalid` for a range that begins at or behind the end of the object.
   */
  get(key: string, options?: { readonly range?: ByteRange }): Promise<ObjectContent | undefined>;

  /** What is known of an object without its content, or `undefined`. */
  head(key: string): Promise<ObjectInfo | undefined>;

  /**
   * Writes an object, if the condition holds; unconditionally without one. Of many that write under one condition at the
   * same time, one is `written`.
   *
   * @param body - Its bytes, at once or as a stream of any length, which is read no faster than it is stored. A stream that
   *   throws leaves nothing behind, and `put` throws its error.
   */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options?: ObjectPutOptions): Promise<ObjectPutResult>;

  /** Copies content, type and metadata, replacing what stands at `to`. The same key twice changes nothing. */
  copy(from: string, to: string): Promise<ObjectCopyResult>;

  /** Removes the object. Removing what is not there is no error. */
  delete(key: string): Promise<void>;

  /** One page of the objects whose keys begin with `prefix`, in the order of their UTF-8 bytes. A short page may have a cursor. */
  list(options?: ObjectListOptions): Promise<Page<ListedObject>>;

  /**
   * A URL that anyone may GET the object by until it expires, ranges included. Made without asking whether the object
   * stands; where it does not, the URL answers 404.
   *
   * It expires when it was asked to, and never later by more than a second; sooner only where the credentials that signed it
   * end sooner, which a process cannot always know: a role's on AWS are such.
   *
   * @param options.expiresInMs - 1,000 to {@link maxSignedMs}; `invalid` beyond.
   */
  readUrl(key: string, options: { readonly expiresInMs: number }): Promise<string>;

  /**
   * A request by which anyone may PUT the object once or often until it expires, replacing what stands. The request must
   * carry the headers told, with any others. Its life is that of {@link readUrl}.
   */
  writeUrl(key: string, options: { readonly expiresInMs: number; readonly contentType?: string }): Promise<SignedWrite>;
}

/** Bytes from `from` up to `to`, which is not among them; to the end without it. One that ends behind the object ends with it. */
export interface ByteRange {
  readonly from: number;
  readonly to?: number;
}

export interface ListedObject {
  readonly key: string;
  /** Opaque; differs wherever contents differ. The same content written again may have another. */
  readonly tag: string;
  readonly sizeBytes: number;
  /** When it was written; milliseconds since 1970, at least to the second. */
  readonly modifiedAt: number;
}

export interface ObjectInfo extends ListedObject {
  /** @default 'application/octet-stream' */
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ObjectContent extends ObjectInfo {
  /** The whole content, or the range of it that was asked for; `sizeBytes` is of the whole object either way. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Holds only where no object stands under the key, or only where the one with that tag does. */
export type ObjectCondition = 'absent' | { readonly tag: string };

export interface ObjectPutOptions {
  readonly condition?: ObjectCondition;
  /** 1 to 200 printable ASCII characters. @default 'application/octet-stream' */
  readonly contentType?: string;
  /** At most 2 KiB, names and values: names of 1 to 40 of a-z, 0-9 and `_`, a letter first; values of printable ASCII. @default {} */
  readonly metadata?: Readonly<Record<string, string>>;
}

export type ObjectPutResult = { readonly kind: 'written'; readonly tag: string } | { readonly kind: 'conflict' };
export type ObjectCopyResult = { readonly kind: 'copied'; readonly tag: string } | { readonly kind: 'not-found' };

export interface ObjectListOptions {
  /** Any text that keys may begin with; not only whole segments. @default '' */
  readonly prefix?: string;
  /** 1 to 1,000. @default 1,000 */
  readonly limit?: number;
  /** From the page before; only with the same prefix. */
  readonly cursor?: string;
}

export interface SignedWrite {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The event behind `on(objects, …)`: an object was written, copied there or put by a signed URL. */
export interface ObjectCreated {
  readonly key: string;
  /** The tag it was written with; by the time of the delivery it may have been replaced or removed. */
  readonly tag: string;
  readonly sizeBytes: number;
}

/** Longest life of a signed URL: 12 hours, the most that every cloud signs for without a key that somebody has to keep. */
export const maxSignedMs = hours(12);

const reads = ['get', 'head', 'list'] as const;
const writes = ['put', 'copy', 'delete'] as const;
type Reads = (typeof reads)[number];
type Writes = (typeof writes)[number];
type ObjectsGrant<Name extends string, Method extends string> = Grant<Port<'objects', Name, Objects>, Method>;

export interface ObjectsPort<Name extends string = string> extends Port<'objects', Name, Objects, object> {
  readonly maxObjectBytes: number;
  readonly retry: RetryPolicy;
  readonly visibilityMs: number;
  readonly read: ObjectsGrant<Name, Reads>;
  readonly write: ObjectsGrant<Name, Writes>;
  readonly readWrite: ObjectsGrant<Name, Reads | Writes>;
  /** Hand out URLs to read by. */
  readonly shareReading: ObjectsGrant<Name, 'readUrl'>;
  /** Hand out URLs to write by. */
  readonly shareWriting: ObjectsGrant<Name, 'writeUrl'>;
}

/** Declares a place for objects; a function may be called for each that is created there, `on(uploads, …)`. */
export function objects<const Name extends string>(
  name: Name,
  options: {
    /** Largest object. @default 5 GiB */
    readonly maxObjectBytes?: number;
    /** Of the functions that are called for created objects. @default 5 attempts, 1 s doubling up to 5 min, full jitter */
    readonly retry?: RetryPolicy;
    /** How long such a function may take for one object; its deadline. @default 60 s */
    readonly visibilityMs?: number;
  } = {},
): ObjectsPort<Name> {
  checkName('objects', name);
  const maxObjectBytes = options.maxObjectBytes ?? gibibytes(5);
  const port = {
    kind: 'objects',
    name,
    needs: {},
    demands: { maxObjectBytes },
    maxObjectBytes,
    retry: options.retry ?? defaultRetry,
    visibilityMs: options.visibilityMs ?? seconds(60),
  } as const;
  const made = Object.assign(port, {
    read: grant(port, 'read', reads),
    write: grant(port, 'write', writes),
    readWrite: grant(port, 'readWrite', [...reads, ...writes]),
    shareReading: grant(port, 'shareReading', ['readUrl'] as const),
    shareWriting: grant(port, 'shareWriting', ['writeUrl'] as const),
  });
  return made as unknown as ObjectsPort<Name>;
}

/** Whether a function that listens with this filter is called for the key: `{ prefix: ['uploads/'] }`; `{}` is every key. */
export function matchesPrefix(filter: TopicFilter, key: string): boolean {
  const prefixes = (filter as TopicFilter<'prefix'>).prefix;
  return prefixes === undefined || prefixes.some((prefix) => key.startsWith(prefix));
}

/** The schema of {@link ObjectCreated}. */
export const objectCreated: Schema<ObjectCreated> = {
  '~standard': {
    version: 1,
    vendor: 'portolan',
    validate(value) {
      const { key, tag, sizeBytes } = (value ?? {}) as Partial<ObjectCreated>;
      if (typeof key === 'string' && typeof tag === 'string' && typeof sizeBytes === 'number')
        return { value: { key, tag, sizeBytes } };
      return { issues: [{ message: 'must be {key, tag, sizeBytes} of a created object' }] };
    },
  },
};

/**
 * The whole content of an object, or of another stream, as one array.
 *
 * @param maxBytes - What the reader has room for. @throws {PortError} `too-large` beyond it, before more is read.
 * @param what - That is read, for the message.
 */
export async function bytesOf(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  what = 'an object',
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (sizeBytes > maxBytes) throw new PortError('too-large', `${what} has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

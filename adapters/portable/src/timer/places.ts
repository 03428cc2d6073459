import { createHash } from 'node:crypto';

/** Where a timer lies: the key of its row. It follows from id and instant alone, so that both together name one timer. */
export interface Place {
  /** A day and a shard. */
  readonly bucket: string;
  /** The instant within the day, then the id. */
  readonly sort: string;
}

const dayMs = 86_400_000;
// Days before 1970 have names that sort as they should, down to the smallest safe integer of milliseconds.
const firstDay = Math.floor(Number.MIN_SAFE_INTEGER / dayMs);
/** Sorts behind every instant of a day. */
export const endOfBucket = '~';

/**
 * The place of a timer. The id is hashed: ids have up to 256 bytes and so has a key, and hashes spread what is due at
 * one instant over the shards.
 */
export function placeOf(id: string, at: number, shards: number): Place {
  // By UTF-16, so that ids stay apart that no UTF-8 can tell apart: lone surrogates.
  const digest = createHash('sha256').update(id, 'utf16le').digest();
  return {
    bucket: bucketOf(at, digest.readUInt32BE(0) % shards),
    sort: `${offsetOf(at)}.${digest.toString('base64url')}`,
  };
}

/** The bucket of an instant in one shard. Buckets sort by day. */
export function bucketOf(at: number, shard: number): string {
  return `${dayName(at)}.${shard}`;
}

/** Sorts behind the buckets of every shard that hold instants of the day of `at`, and before those of the next day. */
export function afterDayOf(at: number): string {
  return `${dayName(at)}${endOfBucket}`;
}

/** The first instant behind a bucket, milliseconds since 1970. */
export function endOf(bucket: string): number {
  return (Number(bucket.slice(0, 9)) + firstDay + 1) * dayMs;
}

/** The sort key within `bucket` before which every timer due before `at` lies, and none due at it or later. */
export function sortUpTo(bucket: string, at: number): string {
  const end = endOf(bucket);
  if (at >= end) return endOfBucket;
  return at < end - dayMs ? offsetOf(0) : offsetOf(at);
}

const dayName = (at: number): string => String(Math.floor(at / dayMs) - firstDay).padStart(9, '0');

const offsetOf = (at: number): string => String(at - Math.floor(at / dayMs) * dayMs).padStart(8, '0');

import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  checkByteRange,
  checkListOptions,
  PortError,
  type ByteRange,
  type ListedObject,
  type ObjectContent,
  type ObjectInfo,
  type ObjectListOptions,
  type Page,
} from '@portolan/kernel';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { Readable } from 'node:stream';
import type { Bucket } from './bucket.ts';
import { contentOf } from './object-content.ts';
import { infoOf, tagOf } from './object-info.ts';

/** @throws {PortError} `invalid` for a range that is none, or that begins behind the end: S3 finds that (416). */
export async function getObject(
  bucket: Bucket,
  key: string,
  range: ByteRange | undefined,
): Promise<ObjectContent | undefined> {
  if (range !== undefined) checkByteRange(bucket.port.name, range);
  const Range =
    range === undefined ? {} : { Range: `bytes=${range.from}-${range.to === undefined ? '' : range.to - 1}` };
  const answer = await bucket.find((place, client) =>
    client.send(new GetObjectCommand({ ...place, Key: key, ...Range })),
  );
  if (answer === undefined) return undefined;
  const info = infoOf(key, answer);
  const { from = 0, to = info.sizeBytes } = range ?? {};
  const reading = { key, tag: info.tag, from, to: Math.min(to, info.sizeBytes) };
  const body = answer.Body as unknown as Readable | undefined;
  return { ...info, body: body === undefined ? nothing() : contentOf(bucket, reading, body) };
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

export async function headObject(bucket: Bucket, key: string): Promise<ObjectInfo | undefined> {
  const answer = await bucket.find((place, client) => client.send(new HeadObjectCommand({ ...place, Key: key })));
  return answer && infoOf(key, answer);
}

/**
 * One page. Its cursor is the last key: S3 goes on behind any, and its own tokens say no more.
 *
 * Keys are asked for in the encoding of URLs: they may hold what XML cannot.
 */
export async function listObjects(bucket: Bucket, options: ObjectListOptions): Promise<Page<ListedObject>> {
  const { prefix, limit } = checkListOptions(bucket.port.name, options);
  const scope = [bucket.port.name, prefix];
  const after =
    options.cursor === undefined ? undefined : decodeCursor(bucket.what, scope, options.cursor, ['string'])[0];
  const { Contents = [], IsTruncated } = await bucket.call((place, client) =>
    client.send(
      new ListObjectsV2Command({
        ...place,
        Prefix: prefix,
        MaxKeys: limit,
        EncodingType: 'url',
        ...(after === undefined ? {} : { StartAfter: after }),
      }),
    ),
  );
  const items = Contents.map(({ Key = '', ETag, Size = 0, LastModified }) => ({
    key: decoded(Key, bucket.what),
    tag: tagOf(ETag),
    sizeBytes: Size,
    modifiedAt: LastModified?.getTime() ?? 0,
  }));
  const last = items.at(-1);
  return { items, ...(IsTruncated === true && last !== undefined ? { cursor: encodeCursor(scope, [last.key]) } : {}) };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (EncodingType) */
function decoded(key: string, what: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    throw new PortError('corrupted', `${what}: S3 listed the key ${JSON.stringify(key)}, which is no text`, {
      cause: error,
    });
  }
}

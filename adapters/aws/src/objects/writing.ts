import {
  CompleteMultipartUploadCommand,
  PutObjectCommand,
  type CompletedPart,
  type CompleteMultipartUploadCommandInput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import {
  checkPutOptions,
  PortError,
  type ObjectCondition,
  type ObjectPutOptions,
  type ObjectPutResult,
} from '@portolan/kernel';
import { partsOf } from '@portolan/node';
import { lostAnswers } from '../clients/lost-answers.ts';
import { pause, type Patience } from '../clients/pause.ts';
import { isNoKey, nameOf, statusOf, type Bucket } from './bucket.ts';
import { multipartUpload, sendPart, type Upload } from './multipart-upload.ts';
import { etagOf, isTag, storedWith, tagOf } from './object-info.ts';
import { partBytes, usualPartBytes } from './part-size.ts';
import { headObject } from './reading.ts';

type Body = Uint8Array | AsyncIterable<Uint8Array>;
type Place = { readonly Bucket: string };
type Write = (place: Place) => PutObjectCommand | CompleteMultipartUploadCommand;

/** Bytes under way at one time: four of the usual parts; a larger part goes alone. */
const underWayBytes = 4 * usualPartBytes;
/** How often a write is made again that S3 found others to be in the way of. */
const conflicting: Patience = { maxAttempts: 6, baseMs: 50, capMs: 1_000 };

/**
 * Writes an object: what fits into one part by one request, anything longer by parts as they come.
 *
 * @throws {PortError} as `Objects.put` says; `conflict` where other writers of the same key were in the way of a
 *   conditional upload and its condition still holds: it may be written again. An error of the body as it is.
 */
export async function putObject(
  bucket: Bucket,
  key: string,
  body: Body,
  options: ObjectPutOptions,
): Promise<ObjectPutResult> {
  const { port } = bucket;
  checkPutOptions(port.name, options);
  const { condition, contentType, metadata } = options;
  const stored = storedWith(contentType, metadata);
  const check = (sizeBytes: number): void => {
    if (sizeBytes <= port.maxObjectBytes) return;
    throw new PortError('too-large', `${bucket.what}: "${key}" has more than the ${port.maxObjectBytes} bytes allowed`);
  };
  const parts = partsOf(body, { partBytes: (index) => partBytes(index, port.maxObjectBytes), check });
  try {
    const first = (await parts.next()).value as Uint8Array;
    const second = await parts.next();
    // No object has a tag that S3 cannot have given out.
    if (typeof condition === 'object' && !isTag(condition.tag)) return { kind: 'conflict' };
    const headers = headersOf(condition);
    const tag =
      second.done === true
        ? await conditionally(bucket, key, condition, whole({ Key: key, Body: first, ...stored, ...headers }), true)
        : await multipartUpload(
            bucket,
            key,
            stored,
            (upload) => sendAll(bucket, upload, [first, second.value], parts),
            (upload, Parts) =>
              conditionally(bucket, key, condition, completion({ ...upload, ...headers }, Parts), false),
          );
    return tag === undefined ? { kind: 'conflict' } : { kind: 'written', tag };
  } finally {
    // Whatever happened, the source of the bytes is let go.
    await parts.return();
  }
}

/** Sends parts as they come, some at a time, and reads on only where there is room. */
async function sendAll(
  bucket: Bucket,
  upload: Upload,
  begun: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): Promise<readonly CompletedPart[]> {
  const sent: CompletedPart[] = [];
  const underWay = new Map<Promise<void>, number>();
  let failed: { readonly error: unknown } | undefined;
  let count = 0;
  const send = async (part: Uint8Array): Promise<void> => {
    const number = ++count;
    const sending: Promise<void> = sendPart(bucket, upload, number, part)
      .then(
        (one) => void (sent[number - 1] = one),
        (error: unknown) => void (failed ??= { error }),
      )
      .finally(() => underWay.delete(sending));
    underWay.set(sending, part.length);
    while (failed === undefined && sum(underWay.values()) + part.length > underWayBytes && underWay.size > 0)
      await Promise.race(underWay.keys());
  };
  try {
    for (const part of begun) await send(part);
    for await (const part of rest) {
      await send(part);
      if (failed !== undefined) break;
    }
  } finally {
    // S3 may keep a part that arrives after the upload was forgotten.
    await Promise.all(underWay.keys());
  }
  if (failed !== undefined) throw failed.error;
  return sent;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/**
 * Sends a write that has a condition, or none.
 *
 * @param repeatable - Whether it may be sent again where others were in its way; what completes an upload may not.
 * @returns The new tag, or `undefined` where the condition did not hold.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (412, 409 and 404)
 */
async function conditionally(
  bucket: Bucket,
  key: string,
  condition: ObjectCondition | undefined,
  make: Write,
  repeatable: boolean,
): Promise<string | undefined> {
  const heard: (() => boolean)[] = [];
  for (let attempt = 1; ; attempt++) {
    try {
      const { ETag } = await bucket.call((place, client) => {
        // They differ in what they take; both answer with the tag.
        const command = make(place) as PutObjectCommand;
        heard.push(lostAnswers(command));
        return client.send(command);
      });
      return tagOf(ETag);
    } catch (error) {
      const { cause } = error as Error;
      const failed = failureOf(cause, condition);
      if (failed === undefined) throw error;
      // What stands in the way may be what an attempt has written whose answer got lost.
      if (heard.some((lost) => lost()))
        throw new PortError('timeout', `${bucket.what}: a write of "${key}" got no answer and may have happened`, {
          cause,
        });
      if (failed === 'condition') return undefined;
      if (failed === 'upload' || !repeatable || attempt === conflicting.maxAttempts) {
        if (failed === 'others' && !(await holds(bucket, key, condition))) return undefined;
        throw error;
      }
      await pause(attempt, bucket.environment.random, conflicting);
    }
  }
}

/** Why S3 did not write: the condition does not hold, others were in the way, or there is no such upload any more. */
function failureOf(
  error: unknown,
  condition: ObjectCondition | undefined,
): 'condition' | 'others' | 'upload' | undefined {
  const name = nameOf(error);
  if (name === 'NoSuchUpload') return 'upload';
  if (condition === undefined) return undefined;
  if (name === 'ConditionalRequestConflict') return 'others';
  // Of an object that is gone S3 does not say that it has another tag.
  return statusOf(error) === 412 || (typeof condition === 'object' && isNoKey(error)) ? 'condition' : undefined;
}

async function holds(bucket: Bucket, key: string, condition: ObjectCondition | undefined): Promise<boolean> {
  const standing = await headObject(bucket, key);
  return typeof condition === 'object' ? standing?.tag === condition.tag : standing === undefined;
}

const whole =
  (input: Omit<PutObjectCommandInput, 'Bucket'>): Write =>
  (place) =>
    new PutObjectCommand({ ...place, ...input });

const completion =
  (upload: Omit<CompleteMultipartUploadCommandInput, 'Bucket'>, parts: readonly CompletedPart[]): Write =>
  (place) =>
    new CompleteMultipartUploadCommand({ ...place, ...upload, MultipartUpload: { Parts: [...parts] } });

function headersOf(condition: ObjectCondition | undefined) {
  if (condition === undefined) return {};
  return condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: etagOf(condition.tag) };
}

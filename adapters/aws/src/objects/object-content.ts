import { GetObjectCommand } from '@aws-sdk/client-s3';
import { PortError } from '@portolan/kernel';
import type { Readable } from 'node:stream';
import { pause, type Patience } from '../clients/pause.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { isNoKey, statusOf, type Bucket } from './bucket.ts';
import { etagOf } from './object-info.ts';

/** What is read of an object: where it begins and ends, in bytes; not beyond the object. */
export interface Reading {
  readonly key: string;
  readonly tag: string;
  readonly from: number;
  readonly to: number;
}

/** How often an answer may bring nothing, one after the other. */
const fruitless: Patience = { maxAttempts: 5, baseMs: 50, capMs: 1_000 };

/**
 * The bytes of one write of an object. Where an answer breaks off, or falls silent, they go on in another from where they
 * were, for as long as that write stands: the SDK tries again only what has no answer yet.
 *
 * @param opened - The answer that begins it.
 * @throws {PortError} `unavailable` where the object was replaced meanwhile; as S3 fails.
 */
export async function* contentOf(bucket: Bucket, reading: Reading, opened: Readable): AsyncGenerator<Uint8Array> {
  const { to } = reading;
  let at = reading.from;
  let body = opened;
  for (let attempts = 1; ; attempts++) {
    try {
      for await (const chunk of heard(body, bucket.silenceMs)) {
        at += chunk.length;
        attempts = 1;
        yield chunk;
      }
      if (at >= to) return;
      throw Object.assign(new Error('the content broke off'), { code: 'ECONNRESET' });
    } catch (error) {
      if (at >= to) return;
      const known = portErrorOf(error, bucket.what);
      if (!known.retryable || attempts === fruitless.maxAttempts) throw known;
      await pause(attempts, bucket.environment.random, fruitless);
    }
    body = await goOn(bucket, reading, at);
  }
}

async function goOn(bucket: Bucket, { key, tag, to }: Reading, at: number): Promise<Readable> {
  const wanted = { Key: key, IfMatch: etagOf(tag), Range: `bytes=${at}-${to - 1}` };
  try {
    const { Body } = await bucket.call((place, client) => client.send(new GetObjectCommand({ ...place, ...wanted })));
    return Body as unknown as Readable;
  } catch (error) {
    const { cause } = error as Error;
    if (statusOf(cause) !== 412 && !isNoKey(cause)) throw error;
    const what = `${bucket.what}: ${JSON.stringify(key)} was replaced while its connection broke`;
    throw new PortError('unavailable', what, { cause });
  }
}

/** The bytes of an answer. Where the reader ends early, so does the answer. */
async function* heard(body: Readable, silenceMs: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      // Only while somebody waits: a reader who takes their time is no silence of S3.
      const silence = setTimeout(() => body.destroy(silent(silenceMs)), silenceMs);
      const next = await chunks.next().finally(() => clearTimeout(silence));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}

const silent = (silenceMs: number): Error =>
  Object.assign(new Error(`nothing came for ${silenceMs} ms`), { name: 'TimeoutError' });

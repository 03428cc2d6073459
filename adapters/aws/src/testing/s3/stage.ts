import { SQSClient } from '@aws-sdk/client-sqs';
import { objects, silentLog, type Environment, type Log, type ObjectsPort } from '@portolan/kernel';
import { BucketObjects } from '../../objects/bucket-objects.ts';
import { Bucket } from '../../objects/bucket.ts';
import { s3BucketResource } from '../../objects/bucket-resource.ts';
import type { CopySizes } from '../../objects/copying.ts';
import { clientConfig, engineEnvironment } from '../aws-engine.ts';
import { createBucket, place, s3Client } from './objects-wiring.ts';
import { s3Double, type S3Double } from './s3-double.ts';
import type { BucketStore } from './store.ts';

export interface StageOptions {
  readonly port?: ObjectsPort;
  readonly copySizes?: CopySizes;
  readonly silenceMs?: number;
  readonly log?: Log;
}

/** Objects over a double of their own, which does as a test tells it. */
export interface Stage extends AsyncDisposable {
  readonly objects: BucketObjects;
  readonly double: S3Double;
  readonly store: BucketStore;
  readonly environment: Environment;
}

/** The bucket exists, and nothing has been asked for. */
export async function stage({
  port = objects('files'),
  copySizes,
  silenceMs,
  log = silentLog,
}: StageOptions = {}): Promise<Stage> {
  const now = () => Date.UTC(2026, 0, 1);
  const double = await s3Double({ now });
  // Enough to see that a request is repeated.
  const s3 = s3Client(double, 2);
  const sqs = new SQSClient(clientConfig({ port: 1 }));
  const resource = s3BucketResource('s', port, place);
  await createBucket(s3, resource);
  double.asked.length = 0;
  const environment = { ...engineEnvironment({ now }), log };
  const name = resource.bucket.Bucket!;
  return {
    objects: new BucketObjects(
      's',
      new Bucket(s3, async () => name, port, environment, silenceMs),
      () => sqs,
      copySizes,
    ),
    double,
    store: double.buckets.get(name)!,
    environment,
    async [Symbol.asyncDispose]() {
      s3.destroy();
      sqs.destroy();
      await double[Symbol.asyncDispose]();
    },
  };
}

const mebibyte = 1_048_576;

/** A stream of chunks of 1 MiB. */
export async function* mebibytes(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) {
    await new Promise((resolve) => setImmediate(resolve));
    yield new Uint8Array(mebibyte).fill(n);
  }
}

/** Has the nth of the requests for an operation go wrong, from 1; every one from there on with `Infinity`. */
export function nth<F>(operation: string, numbers: readonly number[], fault: F): (asked: string) => F | undefined {
  let count = 0;
  return (asked) => (asked === operation && numbers.includes(++count) ? fault : undefined);
}

import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { reasonOf } from '@portolan/kernel';
import { etagOf } from './object-info.ts';
import type { Bucket } from './bucket.ts';

/** What is known of an upload under way. */
export interface Upload {
  readonly Key: string;
  readonly UploadId: string;
}

/** Where a part that is copied comes from. */
export interface PartSource {
  readonly CopySource: string;
  /** Of the object as it was when the copy began. */
  readonly tag: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Makes an object of parts: begins, has `fill` send them, and `complete` make one of them. Where that fails, S3 is told to
 * forget the parts; should that fail, too, the bucket's lifecycle rule has them removed within a day or so.
 *
 * @param complete - `undefined` where no object was made.
 * @throws what `fill` and `complete` throw; {PortError}.
 */
export async function multipartUpload<Result>(
  bucket: Bucket,
  Key: string,
  stored: { readonly ContentType: string; readonly Metadata: Record<string, string> },
  fill: (upload: Upload) => Promise<readonly CompletedPart[]>,
  complete: (upload: Upload, parts: readonly CompletedPart[]) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const { UploadId } = await bucket.call((place, client) =>
    client.send(new CreateMultipartUploadCommand({ ...place, Key, ...stored })),
  );
  const upload = { Key, UploadId: UploadId! };
  let made: Result | undefined;
  try {
    made = await complete(upload, await fill(upload));
  } finally {
    if (made === undefined) await forget(bucket, upload);
  }
  return made;
}

async function forget(bucket: Bucket, upload: Upload): Promise<void> {
  try {
    await bucket.call((place, client) => client.send(new AbortMultipartUploadCommand({ ...place, ...upload })));
  } catch (error) {
    bucket.environment.log.warn('parts of an upload could not be removed; the lifecycle rule of the bucket will', {
      objects: bucket.port.name,
      reason: reasonOf(error),
    });
  }
}

/** Sends one part. @param PartNumber - From 1. */
export async function sendPart(
  bucket: Bucket,
  upload: Upload,
  PartNumber: number,
  Body: Uint8Array,
): Promise<CompletedPart> {
  const { ETag } = await bucket.call((place, client) =>
    client.send(new UploadPartCommand({ ...place, ...upload, PartNumber, Body })),
  );
  return { PartNumber, ETag };
}

/** Has S3 copy one part of another object. @throws {PortError} `conflict` where that object has been replaced. */
export async function copyPart(
  bucket: Bucket,
  upload: Upload,
  PartNumber: number,
  { CopySource, tag, from, to }: PartSource,
): Promise<CompletedPart> {
  const range = { CopySourceRange: `bytes=${from}-${to - 1}`, CopySourceIfMatch: etagOf(tag) };
  const { CopyPartResult } = await bucket.call((place, client) =>
    client.send(new UploadPartCopyCommand({ ...place, ...upload, PartNumber, CopySource, ...range })),
  );
  return { PartNumber, ETag: CopyPartResult?.ETag };
}

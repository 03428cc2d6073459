import { CompleteMultipartUploadCommand, CopyObjectCommand, type CompletedPart } from '@aws-sdk/client-s3';
import { gibibytes, PortError, sideBySide, type ObjectCopyResult, type ObjectInfo } from '@portolan/kernel';
import { nameOf, statusOf, type Bucket } from './bucket.ts';
import { copyPart, multipartUpload, type Upload } from './multipart-upload.ts';
import { storedWith, tagOf } from './object-info.ts';
import { copyPartBytes } from './part-size.ts';
import { headObject } from './reading.ts';

/**
 * The largest object that S3 copies at once.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
const maxAtOnceBytes = gibibytes(5);
/** Parts that S3 copies at one time. */
const width = 8;
/** How often a copy is begun again whose source was replaced under it. */
const maxAttempts = 3;

/** How objects are copied; another for tests, in which no object has gigabytes. */
export interface CopySizes {
  readonly maxAtOnceBytes: number;
  readonly partBytes: (sizeBytes: number) => number;
}
const s3Sizes: CopySizes = { maxAtOnceBytes, partBytes: copyPartBytes };

/**
 * Copies within the bucket, without the bytes coming here.
 *
 * @throws {PortError} `conflict` where an object of more than 5 GiB was replaced each time that it was being copied.
 */
export async function copyObject(
  bucket: Bucket,
  from: string,
  to: string,
  sizes: CopySizes = s3Sizes,
): Promise<ObjectCopyResult> {
  const CopySource = `${await bucket.name()}/${from.split('/').map(encodeURIComponent).join('/')}`;
  for (let attempt = 1; ; attempt++) {
    // S3 refuses to copy an object onto itself, and what is larger than it copies at once: so it must be known before.
    const look = from === to || bucket.port.maxObjectBytes > sizes.maxAtOnceBytes;
    const source = look ? await headObject(bucket, from) : undefined;
    if (look && source === undefined) return { kind: 'not-found' };
    if (from === to) return { kind: 'copied', tag: source!.tag };
    if (source === undefined || source.sizeBytes <= sizes.maxAtOnceBytes) return copyAtOnce(bucket, CopySource, to);
    try {
      return { kind: 'copied', tag: await copyInParts(bucket, CopySource, source, to, sizes) };
    } catch (error) {
      const replaced = statusOf((error as Error).cause) === 412 || nameOf((error as Error).cause) === 'NoSuchKey';
      if (!replaced || attempt === maxAttempts) throw error;
    }
  }
}

async function copyAtOnce(bucket: Bucket, CopySource: string, Key: string): Promise<ObjectCopyResult> {
  const answer = await bucket.find((place, client) =>
    client.send(new CopyObjectCommand({ ...place, CopySource, Key })),
  );
  return answer === undefined ? { kind: 'not-found' } : { kind: 'copied', tag: tagOf(answer.CopyObjectResult?.ETag) };
}

async function copyInParts(
  bucket: Bucket,
  CopySource: string,
  { tag, sizeBytes, contentType, metadata }: ObjectInfo,
  to: string,
  sizes: CopySizes,
): Promise<string> {
  const partBytes = sizes.partBytes(sizeBytes);
  const starts = Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, index) => index * partBytes);
  const fill = (upload: Upload): Promise<CompletedPart[]> =>
    sideBySide(starts, width, (from, index) =>
      copyPart(bucket, upload, index + 1, { CopySource, tag, from, to: Math.min(from + partBytes, sizeBytes) }),
    );
  const made = await multipartUpload(bucket, to, storedWith(contentType, metadata), fill, async (upload, Parts) => {
    const input = { ...upload, MultipartUpload: { Parts: [...Parts] } };
    const { ETag } = await bucket.call((place, client) =>
      client.send(new CompleteMultipartUploadCommand({ ...place, ...input })),
    );
    return tagOf(ETag);
  });
  if (made === undefined) throw new PortError('internal', `${bucket.what}: an upload without a condition was not made`);
  return made;
}

import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkPutOptions, checkSignedMs, type SignedWrite } from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error.ts';
import type { Bucket } from './bucket.ts';

/**
 * URLs signed by Signature Version 4, without asking S3. It counts whole seconds, from the last full one on.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function signedGet(bucket: Bucket, Key: string, expiresInMs: number): Promise<string> {
  return signed(bucket, expiresInMs, (place) => new GetObjectCommand({ ...place, Key }), []);
}

/** The type of the content becomes a header that the request must carry; where none is told, any may be sent. */
export async function signedPut(
  bucket: Bucket,
  Key: string,
  expiresInMs: number,
  contentType: string | undefined,
): Promise<SignedWrite> {
  if (contentType !== undefined) checkPutOptions(bucket.port.name, { contentType });
  const type = contentType === undefined ? {} : { ContentType: contentType };
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  // The SDK has a type for what has none; signed, nobody could send another.
  const make = (place: { readonly Bucket: string }) => new PutObjectCommand({ ...place, Key, ...type });
  return { method: 'PUT', url: await signed(bucket, expiresInMs, make, Object.keys(headers)), headers };
}

async function signed(
  { client, environment, name, port, what }: Bucket,
  expiresInMs: number,
  make: (place: { readonly Bucket: string }) => GetObjectCommand | PutObjectCommand,
  headers: readonly string[],
): Promise<string> {
  checkSignedMs(port.name, expiresInMs);
  try {
    return await getSignedUrl(client, make({ Bucket: await name() }), {
      expiresIn: Math.ceil(expiresInMs / 1_000),
      signingDate: new Date(environment.clock.now()),
      signableHeaders: new Set(headers),
    });
  } catch (error) {
    throw portErrorOf(error, what);
  }
}

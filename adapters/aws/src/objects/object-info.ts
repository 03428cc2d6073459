import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '@portolan/kernel';

/** What S3 stores where a client of a URL told no type. */
const typeOfNone = 'binary/octet-stream';
const defaultType = 'application/octet-stream';

/** A tag is an ETag without its quotes, which is how events tell it. */
export const tagOf = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

/** The header that a tag was had from. */
export const etagOf = (tag: string): string => `"${tag}"`;

/** Whether S3 can have given out a tag. What else a caller brings matches no object. */
export const isTag = (tag: string): boolean => /^[\w-]{1,200}$/.test(tag);

type Described = Pick<
  HeadObjectCommandOutput,
  'ContentLength' | 'ContentType' | 'ETag' | 'LastModified' | 'Metadata'
> & { readonly ContentRange?: string | undefined };

/** What the headers of an answer tell of an object, be they of the whole of it or of a range. */
export function infoOf(key: string, answer: Described): ObjectInfo {
  const { ContentLength = 0, ContentRange, ContentType = typeOfNone, ETag, LastModified, Metadata = {} } = answer;
  // `bytes 0-9/4711`
  const whole = ContentRange?.split('/')[1];
  return {
    key,
    tag: tagOf(ETag),
    sizeBytes: whole === undefined ? ContentLength : Number(whole),
    modifiedAt: LastModified?.getTime() ?? 0,
    contentType: ContentType === typeOfNone ? defaultType : ContentType,
    metadata: Metadata,
  };
}

/** What is stored with an object, as requests that write one take it. */
export const storedWith = (
  contentType: string | undefined,
  metadata: Readonly<Record<string, string>> | undefined,
): { readonly ContentType: string; readonly Metadata: Record<string, string> } => ({
  ContentType: contentType ?? defaultType,
  Metadata: { ...metadata },
});

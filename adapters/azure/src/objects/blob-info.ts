import type { ObjectInfo } from '@portolan/kernel';

/** What Blob Storage tells of a blob, in headers or in a list. */
interface Told {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** The tag of an object: the ETag of its blob, without the quotes that it has in headers. */
export const tagOf = ({ etag }: Pick<Told, 'etag'>): string => (etag ?? '').replaceAll('"', '');

/** The ETag that a tag stands for; `undefined` for what no blob can have as its ETag, a wildcard among that. */
export const etagOf = (tag: string): string | undefined => (/^0x[0-9A-Fa-f]+$/.test(tag) ? `"${tag}"` : undefined);

/**
 * Metadata as the service keeps it: its clients leave empty values out, so that these are two quotation marks, and values of
 * quotation marks alone have two more.
 */
export const keptMetadata = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  mapped(metadata, (value) => (/^"*$/.test(value) ? `${value}""` : value));

/** Metadata as it was given to {@link keptMetadata}. */
export const givenMetadata = (kept: Readonly<Record<string, string>>): Record<string, string> =>
  mapped(kept, (value) => (/^""+$/.test(value) ? value.slice(2) : value));

const mapped = (metadata: Readonly<Record<string, string>>, map: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, map(value)]));

/** What is known of an object. */
export const infoOf = (key: string, sizeBytes: number, told: Told): ObjectInfo => ({
  key,
  tag: tagOf(told),
  sizeBytes,
  modifiedAt: told.lastModified?.getTime() ?? 0,
  contentType: told.contentType ?? 'application/octet-stream',
  metadata: givenMetadata(told.metadata ?? {}),
});

/** The size of a whole blob: from the header of a part of it, or that of all of it. */
export const wholeSize = (contentRange: string | undefined, contentLength: number | undefined): number =>
  Number(/\/(\d+)$/.exec(contentRange ?? '')?.[1] ?? contentLength ?? 0);

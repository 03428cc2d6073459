import type { ListedObject, ObjectInfo } from '@portolan/kernel';

/** What is asked for of an object. @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export interface ObjectResource extends ListedResource {
  readonly contentType?: string;
  /** `gzip` where whoever wrote it said so, as by a signed URL. */
  readonly contentEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ListedResource {
  readonly name: string;
  /** 64-bit integers come as text. */
  readonly generation: string;
  readonly size: string;
  /** RFC 3339. Metadata that others change later changes `updated`, but not this. */
  readonly timeCreated: string;
}

export const listedFields = 'name,generation,size,timeCreated';
export const objectFields = `${listedFields},contentType,contentEncoding,metadata`;

/**
 * Marks a conditional write, so that whoever got no answer to it can tell whether it was theirs that was done. No name that
 * a port's metadata may have, and shown to nobody.
 */
export const writeMark = 'portolan-write';

export const listedOf = ({ name, generation, size, timeCreated }: ListedResource): ListedObject => ({
  key: name,
  tag: generation,
  sizeBytes: Number(size),
  modifiedAt: Date.parse(timeCreated),
});

export function infoOf(resource: ObjectResource): ObjectInfo {
  const { [writeMark]: _, ...metadata } = resource.metadata ?? {};
  return {
    ...listedOf(resource),
    // What was uploaded by a signed URL without one has none.
    contentType: resource.contentType ?? 'application/octet-stream',
    metadata,
  };
}

/** Whether a text is a generation that an object may have; `0` says that there is none. */
export const isGeneration = (tag: string): boolean => /^[1-9]\d{0,18}$/.test(tag);

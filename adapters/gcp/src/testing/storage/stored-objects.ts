import { createHash } from 'node:crypto';
import { crc32c } from './crc32c.ts';
import { invalid, missing, StorageRefusal } from './storage-answers.ts';

/** What an object is written with. */
export interface Draft {
  readonly content: Buffer;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface StoredObject extends Draft {
  readonly bucket: string;
  readonly name: string;
  readonly generation: string;
  readonly timeCreated: string;
}

/** Where objects that were created are told of. */
export interface NotificationConfig {
  readonly id: string;
  readonly topic: string;
  readonly event_types: readonly string[];
  readonly payload_format: string;
  readonly object_name_prefix: string;
}

interface StoredBucket {
  readonly name: string;
  readonly objects: Map<string, StoredObject>;
  readonly notifications: NotificationConfig[];
}

/** Tells of an object that was created; `overwrote` is the generation that stood there before. */
export type Told = (object: StoredObject, config: NotificationConfig, overwrote: string | undefined) => void;

/** Buckets and what is in them. Of each name only the last generation is kept, as without versioning. */
export class StoredObjects {
  readonly #buckets = new Map<string, StoredBucket>();
  readonly #told: Told;
  #lastGeneration = 0n;

  constructor(told: Told) {
    this.#told = told;
  }

  makeBucket(name: unknown): unknown {
    if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/.test(name) || name.startsWith('goog'))
      throw invalid(`Invalid bucket name: '${String(name)}'`);
    if (this.#buckets.has(name))
      throw new StorageRefusal(409, 'conflict', 'Your previous request to create the named bucket succeeded.');
    this.#buckets.set(name, { name, objects: new Map(), notifications: [] });
    return shownBucket({ name });
  }

  bucket(name: string): StoredBucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw missing('The specified bucket does not exist.');
    return bucket;
  }

  notify(bucket: string, config: Partial<NotificationConfig>): NotificationConfig {
    const { notifications } = this.bucket(bucket);
    if (
      config.topic === undefined ||
      !/^\/\/pubsub\.googleapis\.com\/projects\/[^/]+\/topics\/[^/]+$/.test(config.topic)
    )
      throw invalid(`"${config.topic}" is no topic`);
    if (notifications.length === 10) throw invalid('A bucket has at most 10 notification configs for an event.');
    const { topic, event_types = [], payload_format = 'JSON_API_V1', object_name_prefix = '' } = config;
    const made = { id: String(notifications.length + 1), topic, event_types, payload_format, object_name_prefix };
    notifications.push(made);
    return made;
  }

  /** @param generation - A certain one; anything else is missing. */
  find(bucket: string, name: string, generation?: string | null): StoredObject {
    const found = this.bucket(bucket).objects.get(name);
    if (found !== undefined && (generation ?? found.generation) === found.generation) return found;
    throw missing(`No such object: ${bucket}/${name}`);
  }

  /** @throws {StorageRefusal} 412 where the generation that stands is not as the query says; `0` is none. */
  check(bucket: string, name: string, query: URLSearchParams): void {
    const stands = this.bucket(bucket).objects.get(name)?.generation ?? '0';
    const match = query.get('ifGenerationMatch');
    const not = query.get('ifGenerationNotMatch');
    for (const given of [match, not])
      if (given !== null && !/^\d{1,19}$/.test(given)) throw invalid('Invalid long value');
    if ((match !== null && match !== stands) || (not !== null && not === stands))
      throw new StorageRefusal(
        412,
        'conditionNotMet',
        'At least one of the pre-conditions you specified did not hold.',
      );
  }

  insert(bucket: string, name: string, draft: Draft): StoredObject {
    const { objects, notifications } = this.bucket(bucket);
    if (name === '' || Buffer.byteLength(name) > 1_024 || /[\r\n]/.test(name)) throw invalid('Invalid object name');
    const before = objects.get(name)?.generation;
    const now = BigInt(Date.now()) * 1_000n;
    this.#lastGeneration = now > this.#lastGeneration ? now : this.#lastGeneration + 1n;
    const generation = String(this.#lastGeneration);
    const stored = { ...draft, bucket, name, generation, timeCreated: new Date().toISOString() };
    objects.set(name, stored);
    for (const config of notifications)
      if (name.startsWith(config.object_name_prefix)) this.#told(stored, config, before);
    return stored;
  }

  delete(bucket: string, name: string): void {
    this.find(bucket, name);
    this.bucket(bucket).objects.delete(name);
  }

  /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/list */
  list(bucket: string, query: URLSearchParams): unknown {
    const prefix = query.get('prefix') ?? '';
    const limit = Math.min(Number(query.get('maxResults') ?? 1_000), 1_000);
    const token = query.get('pageToken');
    const after = token === null ? undefined : Buffer.from(token, 'base64');
    if (after !== undefined && after.toString('base64') !== token) throw invalid('Invalid page token');
    const found = [...this.bucket(bucket).objects.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .map((object) => ({ object, bytes: Buffer.from(object.name) }))
      .filter(({ bytes }) => after === undefined || Buffer.compare(bytes, after) > 0)
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const page = found.slice(0, limit);
    const nextPageToken = found.length > limit ? page.at(-1)?.bytes.toString('base64') : undefined;
    return { kind: 'storage#objects', items: page.map(({ object }) => shown(object)), nextPageToken };
  }
}

export const shownBucket = ({ name }: { readonly name: string }) => ({ kind: 'storage#bucket', id: name, name });

const sums = new WeakMap<Buffer, { readonly md5Hash: string; readonly crc32c: string }>();

/** The checksums of a content, made once. */
export function sumsOf(content: Buffer) {
  const known = sums.get(content);
  if (known !== undefined) return known;
  const made = { md5Hash: createHash('md5').update(content).digest('base64'), crc32c: crc32c(content) };
  sums.set(content, made);
  return made;
}

/** An object as the API shows it. @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function shown(object: StoredObject) {
  const { bucket, name, generation, content, contentType, contentEncoding, metadata, timeCreated } = object;
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    name,
    bucket,
    generation,
    metageneration: '1',
    contentType,
    contentEncoding,
    storageClass: 'STANDARD',
    size: String(content.length),
    ...sumsOf(content),
    etag: Buffer.from(generation).toString('base64'),
    timeCreated,
    updated: timeCreated,
    metadata: metadata === undefined || Object.keys(metadata).length === 0 ? undefined : metadata,
  };
}

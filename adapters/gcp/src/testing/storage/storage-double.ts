import { gunzipSync } from 'node:zlib';
import type { PubsubDouble } from '../pubsub-double.ts';
import { ServiceAccount } from './signed-requests.ts';
import {
  answerJson,
  answerRefusal,
  invalid,
  missing,
  partOf,
  StorageRefusal,
  type StorageAnswer,
  type StorageRequest,
} from './storage-answers.ts';
import { StorageUploads } from './storage-uploads.ts';
import {
  shown,
  shownBucket,
  StoredObjects,
  sumsOf,
  type NotificationConfig,
  type StoredObject,
} from './stored-objects.ts';

/** Copied in one request of a rewrite; more takes several. */
const rewrittenBytes = 4 * 1024 * 1024;

/**
 * Cloud Storage as its documentation tells it: the JSON API v1 with buckets, objects, their generations, uploads, rewrites
 * and notifications to Pub/Sub; and requests by signed URLs. The account that signs is its own.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
export class StorageDouble {
  readonly account = new ServiceAccount('signer@portolan-test.iam.gserviceaccount.com');
  readonly #objects: StoredObjects;
  readonly #uploads: StorageUploads;
  readonly #pubsub: PubsubDouble;

  constructor(pubsub: PubsubDouble) {
    this.#pubsub = pubsub;
    this.#objects = new StoredObjects((object, config, overwrote) => this.#tell(object, config, overwrote));
    this.#uploads = new StorageUploads(this.#objects);
  }

  /** Uploads in chunks that were begun and neither finished nor cancelled. */
  get openUploads(): number {
    return this.#uploads.open;
  }

  /** @param storesBytes - Of an upload's chunk, no more than this is stored. */
  answer(request: StorageRequest, storesBytes?: number): StorageAnswer {
    try {
      const [, upload] = /^\/(?:resumable\/)?upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(request.path) ?? [];
      if (upload !== undefined) return this.#uploads.answer(decodeURIComponent(upload), request, storesBytes);
      if (request.path.startsWith('/storage/v1/')) return this.#json(request);
      return this.#signed(request);
    } catch (error) {
      return answerRefusal(error);
    }
  }

  #json(request: StorageRequest): StorageAnswer {
    const { method, query, body } = request;
    const [b, bucket, kind, name, verb, , to, , copy] = request.path
      .slice('/storage/v1/'.length)
      .split('/')
      .map(decodeURIComponent);
    if (b !== 'b') throw missing('Not Found');
    if (bucket === undefined && method === 'POST') return answerJson(this.#objects.makeBucket(parsed(body)['name']));
    if (bucket === undefined) throw missing('Not Found');
    if (kind === undefined) return answerJson(shownBucket(this.#objects.bucket(bucket)));
    if (kind === 'notificationConfigs' && method === 'GET')
      return answerJson({ kind: 'storage#notifications', items: this.#objects.bucket(bucket).notifications });
    if (kind === 'notificationConfigs' && method === 'POST')
      return answerJson(this.#objects.notify(bucket, parsed(body) as Partial<NotificationConfig>));
    if (kind !== 'o') throw missing('Not Found');
    const fields = query.get('fields');
    if (name === undefined) return answerJson(partOf(this.#objects.list(bucket, query), fields));
    if (verb === 'rewriteTo') return answerJson(partOf(this.#rewrite(bucket, name, to!, copy!, query), fields));
    this.#objects.check(bucket, name, query);
    if (method === 'DELETE') {
      this.#objects.delete(bucket, name);
      return { status: 204 };
    }
    if (method !== 'GET') throw missing('Not Found');
    const object = this.#objects.find(bucket, name, query.get('generation'));
    return query.get('alt') === 'media' ? content(object, request) : answerJson(partOf(shown(object), fields));
  }

  /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite */
  #rewrite(bucket: string, name: string, to: string, copy: string, query: URLSearchParams): unknown {
    const source = this.#objects.find(bucket, name);
    this.#objects.check(to, copy, query);
    const size = source.content.length;
    const [generation, at] = (query.get('rewriteToken') ?? `${source.generation}.0`).split('.');
    if (generation !== source.generation) throw invalid('Invalid rewrite token.');
    const written = Math.min(Number(at) + rewrittenBytes, size);
    const known = { kind: 'storage#rewriteResponse', totalBytesRewritten: String(written), objectSize: String(size) };
    if (written < size) return { ...known, done: false, rewriteToken: `${generation}.${written}` };
    const { content: bytes, contentType, contentEncoding, metadata } = source;
    const made = this.#objects.insert(to, copy, { content: bytes, contentType, contentEncoding, metadata });
    return { ...known, done: true, resource: shown(made) };
  }

  /** A request of the XML API, by whoever holds a URL. */
  #signed(request: StorageRequest): StorageAnswer {
    const refused = this.account.verify(request, Date.now());
    if (refused !== undefined) return answerXml(refused.status, refused.code);
    const [, bucket = '', ...segments] = request.path.split('/').map(decodeURIComponent);
    const name = segments.join('/');
    try {
      if (request.method === 'PUT') return this.#put(bucket, name, request);
      return content(this.#objects.find(bucket, name), request);
    } catch (error) {
      if (error instanceof StorageRefusal) return answerXml(error.code, error.reason);
      throw error;
    }
  }

  #put(bucket: string, name: string, { headers, body }: StorageRequest): StorageAnswer {
    const [least, most] = String(headers['x-goog-content-length-range'] ?? `0,${Infinity}`)
      .split(',')
      .map(Number);
    if (body.length > most!) return answerXml(400, 'EntityTooLarge');
    if (body.length < least!) return answerXml(400, 'EntityTooSmall');
    const meta = Object.entries(headers).filter(([header]) => header.startsWith('x-goog-meta-'));
    const { generation } = this.#objects.insert(bucket, name, {
      content: body,
      contentType: headers['content-type'],
      contentEncoding: headers['content-encoding'],
      metadata: Object.fromEntries(meta.map(([header, value]) => [header.slice('x-goog-meta-'.length), String(value)])),
    });
    return { status: 200, headers: { 'x-goog-generation': generation } };
  }

  /** @see https://cloud.google.com/storage/docs/pubsub-notifications#format */
  #tell(object: StoredObject, config: NotificationConfig, overwrote: string | undefined): void {
    if (config.event_types.length > 0 && !config.event_types.includes('OBJECT_FINALIZE')) return;
    const attributes = {
      notificationConfig: `projects/_/buckets/${object.bucket}/notificationConfigs/${config.id}`,
      eventType: 'OBJECT_FINALIZE',
      payloadFormat: config.payload_format,
      bucketId: object.bucket,
      objectId: object.name,
      objectGeneration: object.generation,
      eventTime: object.timeCreated,
      ...(overwrote === undefined ? {} : { overwroteGeneration: overwrote }),
    };
    const data = config.payload_format === 'NONE' ? '' : JSON.stringify(shown(object));
    this.#pubsub.publishFrom(config.topic.slice('//pubsub.googleapis.com/'.length), data, attributes);
  }
}

const parsed = (body: Buffer): Readonly<Record<string, unknown>> => JSON.parse(body.toString());

const answerXml = (status: number, code: string): StorageAnswer => ({
  status,
  headers: { 'content-type': 'application/xml; charset=UTF-8' },
  body: Buffer.from(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`),
});

/** The content, or a part of it. @see https://cloud.google.com/storage/docs/xml-api/get-object-download */
function content(object: StoredObject, { headers }: StorageRequest): StorageAnswer {
  const sums = sumsOf(object.content);
  const known = {
    'content-type': object.contentType ?? 'application/octet-stream',
    'x-goog-generation': object.generation,
    'x-goog-stored-content-length': String(object.content.length),
    'x-goog-hash': `crc32c=${sums.crc32c},md5=${sums.md5Hash}`,
  };
  const packed = object.contentEncoding === 'gzip';
  // Unpacked on its way to whoever does not take gzip; parts cannot be had then.
  if (packed && !/\bgzip\b/.test(String(headers['accept-encoding'] ?? '')))
    return { status: 200, headers: known, body: gunzipSync(object.content) };
  const encoding = { 'content-encoding': object.contentEncoding };
  const size = object.content.length;
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (from === '' && to === '') return { status: 200, headers: { ...known, ...encoding }, body: object.content };
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(Number(to) + 1, size);
  if (start >= size) return { status: 416, headers: { 'content-range': `bytes */${size}` } };
  return {
    status: 206,
    headers: { ...known, ...encoding, 'content-range': `bytes ${start}-${end - 1}/${size}` },
    body: object.content.subarray(start, end),
  };
}

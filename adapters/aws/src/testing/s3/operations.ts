import type { Xml } from './xml.ts';
import { texts, xml } from './xml.ts';
import { BucketStore, Refusal, type Described, type StoredObject, type WriteCondition } from './store.ts';

/** One request, its path and query read. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface S3Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What was made, for the events. */
  readonly created?: StoredObject;
}

/** What operations share: the buckets, and the time. */
export interface S3World {
  readonly buckets: Map<string, BucketStore>;
  readonly now: () => number;
}

/** A name as IAM knows it, the rights it needs, and what it does. */
export interface Operation {
  readonly name: string;
  /** Without `s3:`. */
  readonly needs: readonly string[];
  readonly run: (world: S3World, request: S3Request) => S3Answer;
}

const maxPutBytes = 5 * 2 ** 30;

/** The operation that a request asks for. */
export function operationOf({ method, key, query, headers }: S3Request): Operation | undefined {
  const copied = headers['x-amz-copy-source'] !== undefined;
  if (key === '') {
    if (method === 'PUT') return query.size === 0 ? operations.CreateBucket : operations.PutBucketSetting;
    return method === 'GET' && query.get('list-type') === '2' ? operations.ListObjectsV2 : undefined;
  }
  if (method === 'POST' && query.has('uploads')) return operations.CreateMultipartUpload;
  if (query.has('uploadId')) {
    if (method === 'PUT') return copied ? operations.UploadPartCopy : operations.UploadPart;
    return { POST: operations.CompleteMultipartUpload, DELETE: operations.AbortMultipartUpload }[method];
  }
  if (method === 'PUT') return copied ? operations.CopyObject : operations.PutObject;
  return { GET: operations.GetObject, HEAD: operations.HeadObject, DELETE: operations.DeleteObject }[method];
}

const operation = (name: string, needs: readonly string[], run: Operation['run']): Operation => ({ name, needs, run });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
const operations = {
  CreateBucket: operation('CreateBucket', ['CreateBucket'], ({ buckets }, { bucket }) => {
    if (buckets.has(bucket)) throw new Refusal(409, 'BucketAlreadyOwnedByYou');
    if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) throw new Refusal(400, 'InvalidBucketName');
    buckets.set(bucket, new BucketStore());
    return {};
  }),
  /** Of the settings one matters to what can be seen here. */
  PutBucketSetting: operation('PutBucketSetting', [], (world, request) => {
    const store = storeOf(world, request);
    if (request.query.has('notification'))
      store.told = Buffer.from(request.body).toString().includes('<EventBridgeConfiguration');
    return {};
  }),
  ListObjectsV2: operation('ListObjectsV2', ['ListBucket'], (world, request) =>
    list(storeOf(world, request), request.query),
  ),
  GetObject: operation('GetObject', ['GetObject'], (world, request) => get(storeOf(world, request), request)),
  HeadObject: operation('HeadObject', ['GetObject'], (world, request) => {
    const found = storeOf(world, request).read(request.key);
    return { headers: { ...headersOf(found), 'content-length': String(found.bytes.length) } };
  }),
  PutObject: operation('PutObject', ['PutObject'], (world, request) => {
    if (request.body.length > maxPutBytes) throw new Refusal(400, 'EntityTooLarge');
    const { key, body } = request;
    const created = storeOf(world, request).put(key, body, describedIn(request), conditionIn(request), world.now());
    return { headers: { etag: created.etag }, created };
  }),
  DeleteObject: operation('DeleteObject', ['DeleteObject'], (world, request) => {
    storeOf(world, request).delete(request.key);
    return { status: 204 };
  }),
  CopyObject: operation('CopyObject', ['GetObject', 'PutObject'], (world, request) => {
    const source = sourceIn(world, request);
    if (source.place === `${request.bucket}/${request.key}`) throw new Refusal(400, 'InvalidRequest');
    const { bytes } = source.object;
    const created = storeOf(world, request).put(request.key, bytes, source.object, conditionIn(request), world.now());
    return { ...answer('CopyObjectResult', { ETag: created.etag, LastModified: isoOf(created.modifiedAt) }), created };
  }),
  CreateMultipartUpload: operation('CreateMultipartUpload', ['PutObject'], (world, request) => {
    const UploadId = storeOf(world, request).begin(request.key, describedIn(request));
    return answer('InitiateMultipartUploadResult', { Bucket: request.bucket, Key: request.key, UploadId });
  }),
  UploadPart: operation('UploadPart', ['PutObject'], (world, request) => {
    return { headers: { etag: addPart(world, request, request.body) } };
  }),
  UploadPartCopy: operation('UploadPartCopy', ['GetObject', 'PutObject'], (world, request) => {
    const { object } = sourceIn(world, request);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers['x-amz-copy-source-range'] ?? '') ?? [];
    if (Number(to) >= object.bytes.length) throw new Refusal(416, 'InvalidRange');
    const bytes = from === undefined ? object.bytes : object.bytes.subarray(Number(from), Number(to) + 1);
    return answer('CopyPartResult', { ETag: addPart(world, request, bytes), LastModified: isoOf(world.now()) });
  }),
  CompleteMultipartUpload: operation('CompleteMultipartUpload', ['PutObject'], (world, request) => {
    const document = Buffer.from(request.body).toString();
    const etags = texts(document, 'ETag');
    const listed = texts(document, 'PartNumber').map((number, index) => ({
      number: Number(number),
      etag: etags[index]!,
    }));
    const { key } = request;
    const created = storeOf(world, request).complete(idIn(request), key, listed, conditionIn(request), world.now());
    return {
      ...answer('CompleteMultipartUploadResult', { Bucket: request.bucket, Key: key, ETag: created.etag }),
      created,
    };
  }),
  AbortMultipartUpload: operation('AbortMultipartUpload', ['AbortMultipartUpload'], (world, request) => {
    storeOf(world, request).abort(idIn(request), request.key);
    return { status: 204 };
  }),
} as const;

function storeOf({ buckets }: S3World, { bucket, key, headers }: S3Request): BucketStore {
  const store = buckets.get(bucket);
  if (store === undefined) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
  if (Buffer.byteLength(key) > 1_024) throw new Refusal(400, 'KeyTooLongError');
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const sizeBytes = metadata.reduce((sum, [name, value = '']) => sum + name.length - 11 + value.length, 0);
  if (sizeBytes > 2_048) throw new Refusal(400, 'MetadataTooLarge');
  return store;
}

function addPart(world: S3World, request: S3Request, bytes: Uint8Array): string {
  return storeOf(world, request).part(idIn(request), request.key, Number(request.query.get('partNumber')), bytes);
}

const idIn = ({ query }: S3Request): string => query.get('uploadId') ?? '';

const isoOf = (at: number): string => new Date(Math.floor(at / 1_000) * 1_000).toISOString();

const answer = (root: string, content: Xml): S3Answer => ({
  headers: { 'content-type': 'application/xml' },
  body: xml(root, content),
});

function describedIn({ headers }: S3Request): Described {
  const metadata = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value]] : [],
  );
  return {
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    metadata: Object.fromEntries(metadata) as Record<string, string>,
  };
}

const conditionIn = ({ headers }: S3Request): WriteCondition => ({
  ifNoneMatch: headers['if-none-match'],
  ifMatch: headers['if-match'],
});

function sourceIn(world: S3World, request: S3Request) {
  const place = decodeURIComponent(request.headers['x-amz-copy-source']!).replace(/^\//, '');
  const [bucket = '', key = ''] = place.split(/\/(.*)/s);
  const object = storeOf(world, { ...request, bucket, key, headers: {} }).read(key);
  const wanted = request.headers['x-amz-copy-source-if-match'];
  if (wanted !== undefined && wanted !== object.etag) throw new Refusal(412, 'PreconditionFailed');
  return { place, object };
}

function headersOf({ etag, modifiedAt, contentType, metadata }: StoredObject): Readonly<Record<string, string>> {
  return {
    etag,
    'content-type': contentType,
    'last-modified': new Date(modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
}

function get(store: BucketStore, { key, headers }: S3Request): S3Answer {
  const found = store.read(key);
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted !== found.etag) throw new Refusal(412, 'PreconditionFailed');
  const { length } = found.bytes;
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '') ?? [];
  if (from === undefined) return { headers: headersOf(found), body: found.bytes };
  if (Number(from) >= length) throw new Refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
  const end = Math.min(to === '' ? length : Number(to) + 1, length);
  const range = { 'content-range': `bytes ${from}-${end - 1}/${length}` };
  return { status: 206, headers: { ...headersOf(found), ...range }, body: found.bytes.subarray(Number(from), end) };
}

function list(store: BucketStore, query: URLSearchParams): S3Answer {
  const [prefix, after] = [
    query.get('prefix') ?? '',
    query.get('continuation-token') ?? query.get('start-after') ?? '',
  ];
  const max = Math.min(1_000, Number(query.get('max-keys') ?? 1_000));
  const keys = store.keys(prefix, after);
  const page = keys.slice(0, max);
  const shown = (key: string): string =>
    query.get('encoding-type') === 'url' ? new URLSearchParams({ key }).toString().slice('key='.length) : key;
  const Contents = page.map((key) => {
    const { etag, bytes, modifiedAt } = store.read(key);
    const LastModified = isoOf(modifiedAt);
    return { Key: shown(key), LastModified, ETag: etag, Size: bytes.length, StorageClass: 'STANDARD' };
  });
  const more = keys.length > page.length;
  const token = more ? { NextContinuationToken: page.at(-1)! } : {};
  const content = { Prefix: shown(prefix), KeyCount: page.length, MaxKeys: max, IsTruncated: more, Contents, ...token };
  return answer('ListBucketResult', content);
}

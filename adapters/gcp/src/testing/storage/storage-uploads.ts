import { randomUUID } from 'node:crypto';
import { answerJson, invalid, missing, partOf, type StorageAnswer, type StorageRequest } from './storage-answers.ts';
import { shown, type Draft, type StoredObject, type StoredObjects } from './stored-objects.ts';

interface Session {
  readonly bucket: string;
  readonly name: string;
  readonly draft: Omit<Draft, 'content'>;
  readonly query: URLSearchParams;
  readonly chunks: Buffer[];
  sizeBytes: number;
  done: StoredObject | undefined;
}

/** @see https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload */
const unitBytes = 262_144;

/**
 * The three ways of the JSON API to write an object: its content alone, with what is known of it in two parts, or in chunks.
 *
 * @see https://cloud.google.com/storage/docs/uploads-downloads
 */
export class StorageUploads {
  readonly #objects: StoredObjects;
  readonly #sessions = new Map<string, Session>();

  constructor(objects: StoredObjects) {
    this.#objects = objects;
  }

  get open(): number {
    return [...this.#sessions.values()].filter(({ done }) => done === undefined).length;
  }

  /** @param storesBytes - Of a chunk, no more than this is stored. */
  answer(bucket: string, request: StorageRequest, storesBytes = Infinity): StorageAnswer {
    const { method, query } = request;
    const id = query.get('upload_id');
    if (id !== null) return this.#inSession(id, request, storesBytes);
    if (method !== 'POST') throw missing('Not Found');
    this.#objects.bucket(bucket);
    switch (query.get('uploadType')) {
      case 'media': {
        const contentType = request.headers['content-type'];
        return this.#insert(bucket, nameOf(query, {}), { content: request.body, contentType }, query);
      }
      case 'multipart': {
        const { resource, draft } = partsOf(request);
        return this.#insert(bucket, nameOf(query, resource), draft, query);
      }
      case 'resumable':
        return this.#begin(bucket, request);
      default:
        throw invalid(`Invalid upload type: ${query.get('uploadType')}`);
    }
  }

  #insert(bucket: string, name: string, draft: Draft, query: URLSearchParams): StorageAnswer {
    this.#objects.check(bucket, name, query);
    return answerObject(this.#objects.insert(bucket, name, draft), query);
  }

  #begin(bucket: string, { path, query, headers, body }: StorageRequest): StorageAnswer {
    const resource = body.length === 0 ? {} : (JSON.parse(body.toString()) as Resource);
    const name = nameOf(query, resource);
    this.#objects.check(bucket, name, query);
    const id = randomUUID();
    const contentType = resource.contentType ?? single(headers['x-upload-content-type']);
    const { contentEncoding, metadata } = resource;
    const draft = { contentType, contentEncoding, metadata };
    this.#sessions.set(id, { bucket, name, draft, query, chunks: [], sizeBytes: 0, done: undefined });
    const location = `http://${headers.host}${path}?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { location, 'x-guploader-uploadid': id } };
  }

  #inSession(id: string, request: StorageRequest, storesBytes: number): StorageAnswer {
    const session = this.#sessions.get(id);
    if (session === undefined) throw missing('The upload is not there any more.');
    if (request.method === 'DELETE') {
      this.#sessions.delete(id);
      return { status: 499 };
    }
    if (request.method !== 'PUT') throw missing('Not Found');
    if (session.done !== undefined) return answerObject(session.done, session.query);
    const range = request.headers['content-range'] ?? `bytes 0-*/${request.body.length}`;
    const [, from, to, total = '*'] = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(range) ?? [];
    if (from !== undefined) this.#store(session, request.body, { from: Number(from), to, total }, storesBytes);
    const whole = to === '*' || String(session.sizeBytes) === total;
    if (!whole) return incomplete(session);
    this.#objects.check(session.bucket, session.name, session.query);
    const content = Buffer.concat(session.chunks);
    session.done = this.#objects.insert(session.bucket, session.name, { ...session.draft, content });
    return answerObject(session.done, session.query);
  }

  #store(
    session: Session,
    body: Buffer,
    { from, to, total }: { readonly from: number; readonly to: string | undefined; readonly total: string },
    storesBytes: number,
  ): void {
    if (to !== '*' && Number(to) - from + 1 !== body.length) throw invalid('Content-Range does not fit the body.');
    if (from > session.sizeBytes) throw invalid('A chunk must begin where the one before ended.');
    if (total === '*' && to !== '*' && body.length % unitBytes !== 0)
      throw invalid(`A chunk that others follow must have a multiple of ${unitBytes} bytes.`);
    // What is stored already is not stored again.
    const fresh = body.subarray(session.sizeBytes - from).subarray(0, storesBytes);
    session.chunks.push(fresh);
    session.sizeBytes += fresh.length;
  }
}

interface Resource {
  readonly name?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const answerObject = (object: StoredObject, query: URLSearchParams): StorageAnswer =>
  answerJson(partOf(shown(object), query.get('fields')));

const incomplete = ({ sizeBytes }: Session): StorageAnswer => ({
  status: 308,
  headers: sizeBytes === 0 ? {} : { range: `bytes=0-${sizeBytes - 1}` },
});

const nameOf = (query: URLSearchParams, { name }: Resource): string => query.get('name') ?? name ?? '';
const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

/** The two parts of a `multipart/related` body: what is known of the object, and its content. */
function partsOf({ headers, body }: StorageRequest): { readonly resource: Resource; readonly draft: Draft } {
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw invalid('Missing multipart boundary.');
  const mark = Buffer.from(`--${boundary}`);
  const bodies: { readonly type: string | undefined; readonly content: Buffer }[] = [];
  for (let at = body.indexOf(mark); ;) {
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), at);
    if (next === -1) break;
    const part = body.subarray(at + mark.length + 2, next);
    const blank = part.indexOf('\r\n\r\n');
    const type = /^content-type:\s*(.*)$/im.exec(part.subarray(0, blank).toString())?.[1]?.trim();
    bodies.push({ type, content: part.subarray(blank + 4) });
    at = next + 2;
  }
  if (bodies.length !== 2) throw invalid('Expected two parts of a multipart upload.');
  const resource = JSON.parse(bodies[0]!.content.toString()) as Resource;
  const { contentType = bodies[1]!.type, contentEncoding, metadata } = resource;
  return { resource, draft: { content: bodies[1]!.content, contentType, contentEncoding, metadata } };
}

import type { HeldObject } from './objects-state.ts';
import type { World } from './world.ts';

/** A request of someone who was handed a signed URL. */
export interface LinkRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface LinkResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Link {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What a PUT must carry; any without it. */
  readonly contentType?: string;
}

interface Place {
  readonly get: (key: string) => HeldObject | undefined;
  readonly put: (key: string, content: Uint8Array, contentType: string) => void;
  readonly maxObjectBytes: number;
}

/**
 * The signed URLs of one place for objects, answered as an engine's server would. Nothing is computed to sign them: a link
 * is good where it is, to the letter, one that was handed out.
 */
export class SignedLinks {
  readonly #world: World;
  readonly #base: string;
  readonly #links = new Map<string, Link>();

  constructor(port: string, world: World) {
    this.#world = world;
    this.#base = `https://objects.invalid/${port}/`;
  }

  sign(link: Link): string {
    const path = link.key.split('/').map(encodeURIComponent).join('/');
    const signature = Math.floor(this.#world.random.next() * 2 ** 52).toString(16);
    const url = `${this.#base}${path}?expires=${link.expiresAt}&signature=${signature}.${this.#links.size}`;
    this.#links.set(url, link);
    return url;
  }

  /** @returns `undefined` for a URL of another place. */
  answer(request: LinkRequest, place: Place): LinkResponse | undefined {
    if (!request.url.startsWith(this.#base)) return undefined;
    const link = this.#links.get(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (link === undefined || this.#world.now() >= link.expiresAt || link.method !== method) return status(403);
    return method === 'PUT' ? accept(link, request, place) : show(link, request, place);
  }
}

function accept({ key, contentType }: Link, { headers, body }: LinkRequest, place: Place): LinkResponse {
  const given = headers['content-type'] ?? 'application/octet-stream';
  if (contentType !== undefined && given !== contentType) return status(403);
  if (body.length > place.maxObjectBytes) return status(413);
  place.put(key, body, given);
  return status(200);
}

function show({ key }: Link, { method, headers: asked }: LinkRequest, place: Place): LinkResponse {
  const held = place.get(key);
  if (held === undefined) return status(404);
  const headers = { 'content-type': held.contentType, etag: held.tag, 'accept-ranges': 'bytes' };
  const span = spanOf(asked['range'], held.sizeBytes);
  if (span === 'unsatisfiable') return status(416, { 'content-range': `bytes */${held.sizeBytes}` });
  const part = span === undefined ? held.content : held.content.slice(span.from, span.to);
  const body = method === 'HEAD' ? new Uint8Array() : part.slice();
  const sized = { ...headers, 'content-length': String(part.length) };
  if (span === undefined) return { status: 200, headers: sized, body };
  const range = `bytes ${span.from}-${span.to - 1}/${held.sizeBytes}`;
  return { status: 206, headers: { ...sized, 'content-range': range }, body };
}

/** The one range that a header asks for; a header of any other form asks for everything. */
function spanOf(
  header: string | undefined,
  sizeBytes: number,
): { from: number; to: number } | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return from >= to ? 'unsatisfiable' : { from, to };
}

const status = (code: number, headers: LinkResponse['headers'] = {}): LinkResponse => ({
  status: code,
  headers,
  body: new Uint8Array(),
});

import { PortError, reasonOf, type Log, type ObjectInfo } from '@portolan/kernel';
import { writeAnswer } from '@portolan/http/node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requestedRange } from './requested-range.ts';
import { linkPath, type Link, type LinkedPlace, type SignedLinks } from './signed-links.ts';

/** An object is whatever somebody uploaded: it must be neither guessed at nor run as a page of this origin. */
const guards = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cache-control': 'private, no-cache',
} as const;

/** What a page of this origin would make of an object as a part of itself that runs. */
const running: ReadonlySet<string> = new Set([
  ...['script', 'style', 'worker', 'sharedworker', 'serviceworker', 'audioworklet', 'paintworklet'],
  ...['object', 'embed', 'xslt', 'manifest'],
]);

const statusOf: Readonly<Partial<Record<PortError['code'], number>>> = {
  invalid: 400,
  'too-large': 413,
  throttled: 503,
  unavailable: 503,
};

/**
 * Answers signed URLs of objects: GET with ranges and conditions, HEAD, and PUT.
 *
 * @returns Whether the request was for one; if not, it was left alone.
 */
export function objectPages(
  links: SignedLinks,
  log: Log,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (!(request.url ?? '').startsWith(linkPath)) return false;
    answer(links, request, response).catch((error: unknown) => {
      const status = error instanceof PortError ? (statusOf[error.code] ?? 500) : 500;
      // A client that goes away is no fault of anybody.
      if (!request.destroyed && status >= 500) log.error('an object could not be served', { reason: reasonOf(error) });
      if (response.headersSent) response.destroy();
      else refuse(request, response, status, status === 413 ? 'The object is too large.' : 'It did not work out.');
    });
    return true;
  };
}

async function answer(links: SignedLinks, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '', headers } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'PUT')
    return refuse(request, response, 405, 'Only GET, HEAD and PUT.', { allow: 'GET, HEAD, PUT' });
  const link = links.verify(method === 'PUT' ? 'PUT' : 'GET', url);
  if (link === undefined || running.has(String(headers['sec-fetch-dest'])))
    return refuse(request, response, 403, 'This URL allows no such request, or has expired.');
  const place = links.placeOf(link);
  if (place === undefined) return refuse(request, response, 404, 'There is no such object.');
  await (method === 'PUT' ? accept(link, place, request, response) : show(link, place, request, response));
}

async function show(
  { key }: Link,
  place: LinkedPlace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const info = await place.head(key);
  if (info === undefined) return refuse(request, response, 404, 'There is no such object.');
  const known = {
    ...guards,
    etag: `"${info.tag}"`,
    'last-modified': new Date(info.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
  const { headers, method } = request;
  if (isKnown(info, headers)) return void response.writeHead(304, known).end();
  // A part of an object that has changed since is of no use to whoever has the other part.
  const asked = headers['if-range'] === undefined || headers['if-range'] === known.etag ? headers.range : undefined;
  const range = requestedRange(asked, info.sizeBytes);
  if (range === 'unsatisfiable') {
    const whole = { ...known, 'content-range': `bytes */${info.sizeBytes}` };
    return refuse(request, response, 416, 'The object has no such bytes.', whole);
  }
  const { from, to } = range ?? { from: 0, to: info.sizeBytes };
  const part = range === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${info.sizeBytes}` };
  const told = { ...known, ...part, 'content-type': info.contentType, 'content-length': to - from };
  const found = method === 'HEAD' ? undefined : await place.get(key, range === undefined ? {} : { range });
  // Replaced since it was looked at: what was said of it holds no more.
  if (method !== 'HEAD' && found?.tag !== info.tag) {
    await found?.body[Symbol.asyncIterator]().return?.();
    return show({ key } as Link, place, request, response);
  }
  response.writeHead(range === undefined ? 200 : 206, told);
  if (found === undefined) response.end();
  else await pipeline(Readable.from(found.body, { objectMode: false }), response);
}

/** Whether the client has the object already. */
function isKnown({ tag, modifiedAt }: ObjectInfo, headers: IncomingMessage['headers']): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined)
    return tags.split(',').some((one) => ['*', `"${tag}"`].includes(one.trim().replace(/^W\//, '')));
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(modifiedAt / 1_000) * 1_000 <= since;
}

async function accept(
  link: Link,
  place: LinkedPlace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { 'content-type': contentType = 'application/octet-stream', 'content-length': length } = request.headers;
  if (link.contentType !== undefined && contentType !== link.contentType)
    return refuse(request, response, 403, `This URL is for ${link.contentType}.`);
  if (Number(length ?? 0) > place.port.maxObjectBytes)
    return refuse(request, response, 413, 'The object is too large.');
  // The connection stays for the answer when the object turns out to be too large half way.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const result = await place.put(link.key, body, { contentType });
  const etag = result.kind === 'written' ? { etag: `"${result.tag}"` } : {};
  writeAnswer(request, response, { status: 200, headers: etag, body: '' });
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = { ...guards, 'content-type': 'text/plain; charset=utf-8' };
  const body = request.method === 'HEAD' ? {} : { body: `${detail}\n` };
  writeAnswer(request, response, { status, headers: { ...headers, ...type }, ...body });
}

import {
  RestError,
  type HttpHeaders,
  type HttpOperationResponse,
  type IHttpClient,
  type WebResource,
} from '@azure/storage-blob';
import { Readable } from 'node:stream';

/** What happens to requests on their way. */
export interface Hooks {
  /** Before a request is sent; throwing is a request that never arrived. */
  readonly before?: (request: WebResource) => void | Promise<void>;
  /** When a request was answered; throwing is an answer that got lost. */
  readonly after?: (request: WebResource) => void | Promise<void>;
  /** Changes the body of an answer that is read as a stream. */
  readonly body?: (body: Readable, request: WebResource) => Readable;
}

/**
 * How requests of the SDK travel, with things happening to them. HTTPS is spoken up to here, and told of to the engine, which
 * knows none: as by a proxy that ends TLS.
 */
export function hookedHttpClient({ before, after, body: changed }: Hooks = {}): IHttpClient {
  return {
    async sendRequest(request: WebResource): Promise<HttpOperationResponse> {
      await before?.(request);
      const https = request.url.startsWith('https:') ? { 'x-forwarded-proto': 'https' } : {};
      const { 'content-length': _length, ...headers } = request.headers.toJson();
      const body = request.body as string | Uint8Array<ArrayBuffer> | undefined;
      const answer = await fetch(request.url.replace(/^https:/, 'http:'), {
        method: request.method,
        headers: { ...headers, ...https },
        ...(body === undefined || body === null ? {} : { body }),
      });
      await after?.(request);
      const told = { request, status: answer.status, headers: headersLike(request.headers, answer.headers) };
      if (request.streamResponseStatusCodes?.has(answer.status) !== true)
        return { ...told, bodyAsText: await answer.text() };
      const stream = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
      return { ...told, readableStreamBody: changed?.(stream, request) ?? stream };
    },
  };
}

/** Headers of an answer, in the collection that those of requests are. */
function headersLike(kind: HttpHeaders, given: Headers): HttpHeaders {
  const headers = kind.clone();
  for (const name of headers.headerNames()) headers.remove(name);
  for (const [name, value] of given) headers.set(name, value);
  return headers;
}

/** What the SDK makes of a socket that was broken off. */
export const brokenOff = (): Error => new RestError('socket hang up', { code: 'ECONNRESET' });

import type { HttpRequest, HttpResponse } from '@portolan/http';
import type { IncomingHttpHeaders } from 'node:http';

/** What is known of a request before its body is read. */
export interface CloudRequestHead {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The parts that are read of a request, as the Functions Framework hands it to a function. */
export interface CloudRequest extends CloudRequestHead {
  /** Path and query as they were sent, still percent-encoded. */
  readonly originalUrl: string;
  /** The body as it was sent; absent where there was none. */
  readonly rawBody?: Uint8Array;
}

/** The parts that are used of the response to it. */
export interface CloudResponse {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  end(body?: string | Uint8Array): unknown;
}

/** The request of an operation. The framework has parsed the body as well, by rules of its own: that is not looked at. */
export function httpRequestOf({ method, originalUrl, headers, rawBody }: CloudRequest): HttpRequest {
  const mark = originalUrl.indexOf('?');
  return {
    method,
    path: mark === -1 ? originalUrl : originalUrl.slice(0, mark),
    query: mark === -1 ? '' : originalUrl.slice(mark + 1),
    // `set-cookie` alone is a list in Node's headers, and nothing reads it of a request.
    headers: headers as HttpRequest['headers'],
    body: rawBody,
  };
}

/** Writes an answer; nothing where one has been written already. */
export function answer(to: CloudResponse, { status, headers, body }: HttpResponse): void {
  if (to.headersSent) return;
  to.statusCode = status;
  for (const [name, value] of Object.entries(headers)) to.setHeader(name, value);
  if (body === undefined) to.end();
  else to.end(body);
}

/** An answer to Google's own services, which look at the status; the text is for whoever reads their logs. */
export function answerText(to: CloudResponse, status: number, text: string): void {
  answer(to, { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` });
}

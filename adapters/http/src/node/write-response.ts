import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpResponse } from '../message.ts';
import { mayBeLong } from './read-body.ts';

/** Writes an answer to a request, whether or not its body was read. */
export function writeAnswer(request: IncomingMessage, to: ServerResponse, answer: HttpResponse): void {
  if (mayBeLong(request)) writeAndClose(request, to, answer);
  else writeResponse(to, answer);
}

/** Writes an answer to a request that was read to its end, or whose rest is short enough to be skipped. */
export function writeResponse(to: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (to.destroyed || to.headersSent) return;
  to.writeHead(status, withLength(headers, body));
  to.end(body);
}

const lingerBytes = 1_048_576;
const lingerMs = 2_000;

/**
 * Writes an answer while the client is still sending, and closes the connection.
 *
 * Closing at once would reset the connection, and the client would lose the answer that tells it why. So the rest is read
 * and dropped for a while: at most 1 MiB, at most 2 s.
 */
export function writeAndClose(
  request: IncomingMessage,
  to: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  if (to.destroyed || to.headersSent) return;
  to.writeHead(status, { ...withLength(headers, body), connection: 'close' });
  // With its length in the headers, the answer is whole for the client before the response ends.
  if (body === undefined) to.flushHeaders();
  else to.write(body);
  let left = lingerBytes;
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', onData).off('close', end).off('end', end);
    to.end();
  };
  const onData = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) end();
  };
  const timer = setTimeout(end, lingerMs);
  request.on('error', () => {});
  request.on('data', onData).on('close', end).on('end', end);
  request.resume();
}

function withLength(headers: HttpResponse['headers'], body: HttpResponse['body']): Record<string, string | number> {
  if (body === undefined) return headers;
  return { ...headers, 'content-length': Buffer.byteLength(body) };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A refusal in the form of Google's APIs. @see https://cloud.google.com/apis/design/errors */
export class Refusal extends Error {
  readonly code: number;
  readonly status: string;

  constructor(code: number, status: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidArgument = (message: string): Refusal => new Refusal(400, 'INVALID_ARGUMENT', message);
export const notFound = (message: string): Refusal => new Refusal(404, 'NOT_FOUND', message);
export const alreadyExists = (message: string): Refusal => new Refusal(409, 'ALREADY_EXISTS', message);
export const deadlineExceeded = (): Refusal => new Refusal(504, 'DEADLINE_EXCEEDED', 'Deadline Exceeded');

export interface RestRequest {
  readonly method: string;
  /** Below the version: `projects/p/topics/t:publish`, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of whoever calls: each double reads what it knows
  readonly body: any;
}

/** A request with a larger body is refused, as by the APIs. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Serves doubles of Google's REST APIs on a free port of loopback.
 *
 * @param otherwise - Answers what is no JSON by itself; `false` for what it leaves to `answer`.
 */
export async function serveRest(
  answer: (request: RestRequest) => unknown,
  otherwise: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<number> {
  const server = createServer((request, response) => {
    if (otherwise(request, response)) return;
    void respond(request, answer).then(({ code, body }) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  // It ends with its process, and keeps none from ending: an engine lives by its parent's channel.
  server.unref();
  server.on('connection', (socket) => socket.unref());
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function respond(
  request: IncomingMessage,
  answer: (request: RestRequest) => unknown,
): Promise<{ readonly code: number; readonly body: unknown }> {
  try {
    const text = await buffer(request);
    if (text.length > maxBodyBytes)
      throw invalidArgument(`Request payload size exceeds the limit: ${maxBodyBytes} bytes.`);
    const url = new URL(request.url ?? '/', 'http://double');
    const path = decodeURIComponent(url.pathname).replace(/^\/v\d\//, '');
    const body = text.length === 0 ? {} : (JSON.parse(text.toString()) as unknown);
    return {
      code: 200,
      body: (await answer({ method: request.method ?? '', path, query: url.searchParams, body })) ?? {},
    };
  } catch (error) {
    if (!(error instanceof Refusal)) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { code: 500, body: { error: { code: 500, status: 'INTERNAL', message } } };
    }
    const { code, status, message } = error;
    return { code, body: { error: { code, status, message } } };
  }
}

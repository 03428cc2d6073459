import { NoAnswer } from '../errors/google-fault.ts';
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

// The clients of node:http, because the first call through `fetch` costs 22 ms of a cold start more.
const options = { keepAlive: true, maxSockets: 100, scheduling: 'lifo' } as const;
const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };

/** Connections idle for longer than this are not used again, in milliseconds: a frozen function may wake to closed ones. */
const freshMs = 30_000;
let lastUsedAt = 0;

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
  /** Ends it, in whichever state it is. */
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * An answer whose body has still to come. Iterate it to its end, or end the iteration early; where nobody begins to within
 * the time that the exchange may take, it is let go, and whoever begins later meets a broken connection.
 */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * One request and its answer.
 *
 * @throws {NoAnswer} when the answer is not complete within `timeoutMs`.
 * @throws Node's own errors, with their `code`, when the connection fails.
 */
export async function exchange(given: Exchange): Promise<Answer> {
  const startedAt = performance.now();
  const response = await begin(given);
  const leftMs = Math.max(0, given.timeoutMs - (performance.now() - startedAt));
  const limit = setTimeout(() => response.destroy(unanswered(given)), leftMs);
  try {
    const body = await text(response);
    lastUsedAt = Date.now();
    return { status: response.statusCode ?? 0, headers: response.headers, text: body };
  } finally {
    clearTimeout(limit);
  }
}

/**
 * One request, and its answer as soon as its head is there.
 *
 * @throws as {@link exchange}; the body throws likewise, where nothing comes of it for `timeoutMs` while it is waited for.
 */
export async function openExchange(given: Exchange): Promise<OpenAnswer> {
  const response = await begin(given);
  // Whoever does not read what they asked for must not hold a connection for ever.
  const unread = setTimeout(() => response.destroy(), given.timeoutMs).unref();
  return { status: response.statusCode ?? 0, headers: response.headers, body: bodyOf(response, given, unread) };
}

async function* bodyOf(response: IncomingMessage, given: Exchange, unread: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  clearTimeout(unread);
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      // Only while somebody waits: a reader who takes their time is no silence of the other side.
      const silence = setTimeout(() => response.destroy(unanswered(given)), given.timeoutMs);
      const next = await chunks.next().finally(() => clearTimeout(silence));
      if (next.done === true) break;
      yield next.value;
    }
    lastUsedAt = Date.now();
  } finally {
    response.destroy();
  }
}

/** Sends a request. @returns Its answer once the head is there. */
function begin(given: Exchange): Promise<IncomingMessage> {
  const { method, url, headers, body, timeoutMs, signal } = given;
  dropStale();
  const secure = url.protocol === 'https:';
  const send = secure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const settings = { method, headers, agent: secure ? agents.https : agents.http };
    const request = send(url, { ...settings, ...(signal === undefined ? {} : { signal }) }, (response) => {
      clearTimeout(limit);
      resolve(response);
    });
    const limit = setTimeout(() => {
      reject(unanswered(given));
      request.destroy();
    }, timeoutMs);
    request.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    request.end(body);
  });
}

const unanswered = ({ url, timeoutMs }: Exchange): NoAnswer =>
  new NoAnswer(`no answer from ${url.host} within ${timeoutMs} ms`);

function dropStale(): void {
  if (Date.now() - lastUsedAt < freshMs) return;
  for (const { freeSockets } of Object.values(agents)) {
    for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}

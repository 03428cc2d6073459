import { NoAnswer } from '../errors/google-fault.ts';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

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
  readonly body?: string;
  readonly timeoutMs: number;
}

/**
 * One request and its answer.
 *
 * @throws {NoAnswer} when the answer is not complete within `timeoutMs`.
 * @throws Node's own errors, with their `code`, when the connection fails.
 */
export function exchange({
  method,
  url,
  headers,
  body,
  timeoutMs,
}: Exchange): Promise<{ status: number; text: string }> {
  dropStale();
  const secure = url.protocol === 'https:';
  const send = secure ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, agent: secure ? agents.https : agents.http }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(limit);
        lastUsedAt = Date.now();
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    const limit = setTimeout(() => {
      // Told first: an answer that has begun would break off as a broken connection.
      reject(new NoAnswer(`no answer from ${url.host} within ${timeoutMs} ms`));
      request.destroy();
    }, timeoutMs);
    request.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    request.end(body);
  });
}

function dropStale(): void {
  if (Date.now() - lastUsedAt < freshMs) return;
  for (const { freeSockets } of Object.values(agents)) {
    for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}

import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import type { AllowedAddresses } from './address-guard.ts';
import { checkAddress, guardedLookup, type Resolve } from './guarded-lookup.ts';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** At most {@link maxAnswerBytes}. */
  readonly body: Buffer;
}

/** Bytes of an answer that are read; what follows is dropped, and the connection with it. */
export const maxAnswerBytes = 65_536;

/** The whole exchange took too long. */
export class ExchangeTimeout extends Error {
  override readonly name = 'ExchangeTimeout';
}

export interface Exchanger {
  /** POSTs once. Rejects with {@link ExchangeTimeout}, `RefusedAddress`, or Node's error. */
  post(url: URL, headers: Readonly<Record<string, string>>, body: Buffer, timeoutMs: number): Promise<Answer>;
  /** Closes every connection. */
  close(): void;
}

const agentOptions = {
  keepAlive: true,
  // Per receiver. There is no cap on all of them together: Node counts idle connections in it, and would let receivers that
  // were just served hold up the others.
  maxSockets: 32,
  maxFreeSockets: 8,
  // Idle connections go before receivers close theirs, after 5 s in Node: a request must not run into that.
  timeout: 4_000,
  scheduling: 'lifo',
  // More patient than Node's 250 ms with receivers that have several addresses.
  autoSelectFamilyAttemptTimeout: 1_000,
} as const;

/** Connections to receivers: TLS always verified, addresses guarded, no redirects, no proxy. */
export function newExchanger(allowed: AllowedAddresses, resolve?: Resolve): Exchanger {
  const agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) };
  const lookup = guardedLookup(allowed, resolve);
  return {
    post(url, headers, body, timeoutMs) {
      const hostname = url.hostname.replace(/^\[|\]$/g, '');
      const options: https.RequestOptions = {
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
        lookup,
        rejectUnauthorized: true,
      };
      return new Promise((resolvePost, reject) => {
        // Sockets look up no name for a literal address, so it is checked here.
        if (isIP(hostname) !== 0) checkAddress(hostname, hostname, allowed);
        const outgoing =
          url.protocol === 'https:'
            ? https.request(url, { ...options, agent: agents['https:'] })
            : http.request(url, { ...options, agent: agents['http:'] });
        settle(outgoing, timeoutMs, resolvePost, reject);
        outgoing.end(body);
      });
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

function settle(
  outgoing: http.ClientRequest,
  timeoutMs: number,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
): void {
  let status: number | undefined;
  const fail = (error: unknown): void => {
    clearTimeout(timer);
    reject(error);
    outgoing.destroy();
  };
  const timer = setTimeout(() => {
    const progress = status === undefined ? 'no answer' : `status ${status}, but not the whole answer,`;
    fail(new ExchangeTimeout(`${progress} within ${timeoutMs} ms`));
  }, timeoutMs);
  outgoing.on('error', fail);
  outgoing.on('upgrade', (_incoming, socket) => {
    socket.destroy();
    fail(new Error('the receiver switched to another protocol'));
  });
  outgoing.on('response', (incoming) => {
    status = incoming.statusCode!;
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const finish = (): void => {
      clearTimeout(timer);
      const body = Buffer.concat(chunks).subarray(0, maxAnswerBytes);
      resolve({ status: incoming.statusCode!, headers: incoming.headers, body });
    };
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes <= maxAnswerBytes) return;
      finish();
      outgoing.destroy();
    });
    incoming.on('end', finish);
    incoming.on('error', fail);
  });
}

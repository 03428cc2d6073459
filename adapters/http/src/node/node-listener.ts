import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { reasonOf, type Environment } from '@portolan/kernel';
import { tooLarge } from '../body.ts';
import type { HttpApi } from '../http-api.ts';
import type { HttpRequest } from '../message.ts';
import { problemResponse } from '../problems.ts';
import { readBody } from './read-body.ts';
import { answerBy, type Schedule } from './answer-by.ts';
import { distrust } from './trusted-hosts.ts';
import { writeAndClose, writeAnswer, writeResponse } from './write-response.ts';

/** How long a client may take for its request, where nothing else is said. Milliseconds. */
export const defaultRequestMs = 60_000;

export interface NodeListenerOptions {
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  /** A client must have sent the body of an operation within this, or gets 408. Milliseconds. @default 60,000 */
  readonly requestWithinMs?: number;
  /** An operation's deadline; when it passes the client gets 503. Milliseconds, above 0. @default 30,000 */
  readonly answerWithinMs?: number;
  /** What calls at deadlines, where time is not the system's. @default `setTimeout` */
  readonly schedule?: Schedule;
  /**
   * Names that this server goes by, without ports: others in `Host` are answered 421, and other origins' pages may not
   * write (403). For servers without authentication. @default every name and every origin
   */
  readonly trustedHosts?: readonly string[];
  /** Answers paths that belong to no service: files, a console. @default 404 */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/**
 * An API as a listener of `node:http`.
 *
 * A body is read no further than its operation's limit. A client that goes away while it is sending is never heard of; one
 * that goes away later changes nothing: what was begun is finished, and its answer dropped.
 */
export function nodeListener(api: HttpApi, options: NodeListenerOptions): RequestListener {
  return (request, response) => {
    serve(api, options, request, response).catch((error: unknown) => {
      options.environment.log.error('request failed', { path: request.url, reason: reasonOf(error) });
      writeResponse(
        response,
        problemResponse('internal', { detail: 'Something went wrong in the server; its log has it.' }),
      );
      response.destroy();
    });
  };
}

async function serve(
  api: HttpApi,
  options: NodeListenerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { path, query } = targetOf(incoming.url ?? '/');
  const method = incoming.method ?? 'GET';
  const refused =
    options.trustedHosts === undefined ? undefined : distrust(method, incoming.headers, options.trustedHosts);
  if (refused !== undefined) {
    const detail =
      refused === 'forbidden' ? 'Pages of this origin may not write here.' : 'This server does not go by that name.';
    return writeAnswer(incoming, outgoing, problemResponse(refused, { detail }));
  }
  if (!api.owns(path) && options.fallback !== undefined) return options.fallback(incoming, outgoing);

  const maxBodyBytes = api.maxBodyBytesFor(method, path) ?? 0;
  const { requestWithinMs = defaultRequestMs } = options;
  const read = maxBodyBytes === 0 ? undefined : await readBody(incoming, maxBodyBytes, requestWithinMs);
  if (read?.kind === 'gone') return;
  // What Node answers to those who dawdle over their headers.
  if (read?.kind === 'late') return writeResponse(outgoing, { status: 408, headers: { connection: 'close' } });
  if (read?.kind === 'too-large') return writeAndClose(incoming, outgoing, tooLarge(maxBodyBytes));
  // `set-cookie` alone is a list in Node's headers, and nothing reads it of a request.
  const headers = incoming.headers as HttpRequest['headers'];
  const { answerWithinMs = 30_000, schedule } = options;
  const deadlineAt = options.environment.clock.now() + answerWithinMs;
  const answering = api.handle({ method, path, query, headers, body: read?.body }, { deadlineAt });
  const answer = await answerBy(deadlineAt, answering, schedule ?? byTimeout(answerWithinMs));
  writeAnswer(incoming, outgoing, answer);
}

/** Timers that keep no process alive whose server has closed: a handler may never answer. */
const byTimeout =
  (durationMs: number): Schedule =>
  (_at, ring) => {
    const timer = setTimeout(ring, durationMs);
    timer.unref();
    return () => clearTimeout(timer);
  };

/** The request line holds a path and query, or (through a proxy) a whole URL. */
function targetOf(url: string): { readonly path: string; readonly query: string } {
  const local = url.startsWith('/') ? url : originForm(url);
  const mark = local.indexOf('?');
  return mark === -1 ? { path: local, query: '' } : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

function originForm(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? '/' : `${parsed.pathname}${parsed.search}`;
}

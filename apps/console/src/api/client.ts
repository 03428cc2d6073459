import { serverClock } from '../time/server-clock.ts';
import type { AnswerOf, CallInput } from './answers.ts';
import { connection } from './connection.ts';
import { ApiProblem, problemOf, Unreachable } from './problem.ts';
import { routes, urlOf, type RoutedName } from './routes.ts';

/** How long an answer is waited for, in milliseconds. */
const timeoutMs = 15_000;
/** What gateways say for a platform that is gone. */
const gatewayStatuses = new Set([502, 504]);

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/**
 * Calls one operation of the API.
 *
 * @throws {ApiProblem} when it refuses.
 * @throws {Unreachable} when nothing answers in time.
 */
export async function call<Name extends RoutedName>(
  name: Name,
  input: CallInput<Name>,
  signal?: AbortSignal,
): Promise<AnswerOf<Name>> {
  const { method, path } = routes[name];
  const { params, query, body } = input as AnyInput;
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await exchange(urlOf(path, params, query), {
    method,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    // Whoever gave the call up is not told that the platform is gone.
    if (signal?.aborted === true) throw error;
    connection.failed();
    throw new Unreachable(String(error));
  });
  connection.answered();
  if (!response.ok) throw new ApiProblem(problemOf(response.status, response.body));
  return response.body as AnswerOf<Name>;
}

async function exchange(url: string, init: RequestInit) {
  const sentAt = Date.now();
  const response = await fetch(url, init);
  if (gatewayStatuses.has(response.status)) throw new Error(`status ${response.status}`);
  serverClock.observe(response.headers.get('date'), sentAt, Date.now());
  const text = await response.text();
  return { ok: response.ok, status: response.status, body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

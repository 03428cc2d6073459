import { bytesOf, PortError, type ErrorCode } from '@portolan/kernel';

export interface HttpOptions {
  /** Milliseconds for a request and its whole answer. @default 60,000 */
  readonly timeoutMs?: number | undefined;
  /** Bytes of an answer, unpacked, at most. @default 8 MiB: 5,000 results with a long reason each, or 5,000 candles */
  readonly maxAnswerBytes?: number | undefined;
  /** Sent with every request: `authorization`, say. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One request. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/pricing/v1`: already encoded, with its query. */
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Makes calls of the pricing API at a base URL. One call is one request: who calls decides whether to repeat it.
 *
 * @param url - Of the service, http or https; a path below which the API stands may follow.
 * @returns A function that gives the answer's JSON. It throws {@link PortError}: `unavailable` where the service cannot be
 *   reached, `timeout`, `too-large` for an answer beyond the limit, `corrupted` for one that is no JSON, and for refusals the
 *   code that comes nearest, with what the problem says.
 * @throws {PortError} `invalid` for a URL of another sort, or one with user name or password.
 */
export function newExchange(url: string, options: HttpOptions = {}): (call: Call) => Promise<unknown> {
  const { timeoutMs = 60_000, maxAnswerBytes = 8 * 2 ** 20 } = options;
  const base = readBase(url);
  return async ({ method, path, body }) => {
    const what = `${method} ${path.replace(/\?.*/, '')}`;
    const headers = { accept: 'application/json', ...options.headers };
    try {
      const response = await fetch(`${base}/pricing/v1${path}`, {
        method,
        // A redirect would turn a POST into a GET, and lead who knows where.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? { headers }
          : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const bytes = await bytesOf(response.body ?? [], maxAnswerBytes, `the answer to ${what}`);
      const text = new TextDecoder().decode(bytes);
      if (!response.ok) throw refusal(what, response.status, text);
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw translated(what, error, timeoutMs);
    }
  };
}

function readBase(url: string): string {
  const base = URL.parse(url);
  if (base === null || (base.protocol !== 'http:' && base.protocol !== 'https:'))
    throw new PortError('invalid', `${JSON.stringify(url)} is no URL of a service; expected http://… or https://…`);
  if (base.username !== '' || base.password !== '')
    throw new PortError('invalid', 'the URL holds a user name or password; send a header instead');
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}`;
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  408: 'timeout',
  // What the service holds does not allow it: not the kind of conflict that repeating the same helps with.
  409: 'invalid',
  410: 'not-found',
  413: 'too-large',
  429: 'throttled',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timeout',
};

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
function refusal(what: string, status: number, text: string): PortError {
  const code = codes[status] ?? (status >= 500 ? 'internal' : 'invalid');
  return new PortError(code, `${what} was answered with ${status}${detailOf(text)}`);
}

/** What an `application/problem+json` says; nothing where the answer is something else, such as a proxy's page. */
function detailOf(text: string): string {
  try {
    const { detail, title } = JSON.parse(text) as { readonly detail?: unknown; readonly title?: unknown };
    const said = typeof detail === 'string' && detail !== '' ? detail : title;
    return typeof said === 'string' ? `: ${said.slice(0, 500)}` : '';
  } catch {
    return '';
  }
}

function translated(what: string, error: unknown, timeoutMs: number): PortError {
  if (error instanceof PortError) return error;
  if (error instanceof SyntaxError)
    return new PortError('corrupted', `${what} was answered with something else than JSON`, { cause: error });
  const { name, cause } = error as Error;
  if (name === 'TimeoutError')
    return new PortError('timeout', `${what} was not answered within ${timeoutMs} ms`, { cause: error });
  const why = cause instanceof Error && cause.message !== '' ? cause.message : (error as Error).message;
  return new PortError('unavailable', `${what} did not get through: ${why}`, { cause: error });
}

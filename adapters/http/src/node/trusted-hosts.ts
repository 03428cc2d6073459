import type { HttpProblemKind } from '../problems.ts';
import { allowsSocket, type SocketHeaders } from '../socket-origin.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards a server that asks nobody who they are, as on a developer's machine, against pages of other sites: those that
 * point a name of their own at it (DNS rebinding), and those that post to it blindly.
 *
 * @param trusted - Host names without ports, `localhost`, `[::1]`.
 * @returns The problem to answer with, or undefined where there is none.
 */
export function distrust(
  method: string,
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  trusted: readonly string[],
): HttpProblemKind | undefined {
  if (!goesBy(headers.host, trusted)) return 'misdirected';
  if (headers.origin === undefined || safeMethods.has(method)) return undefined;
  return trusted.includes(hostName(headers.origin)) ? undefined : 'forbidden';
}

/**
 * Guards sockets against pages of other sites, as {@link allowsSocket} has it.
 *
 * @param trusted - As above; then it is their pages that may open sockets.
 * @param allowsOrigin - Whether pages of another origin may as well.
 */
export function distrustSocket(
  headers: SocketHeaders,
  trusted: readonly string[] | undefined,
  allowsOrigin: (origin: string) => boolean,
): HttpProblemKind | undefined {
  if (trusted !== undefined && !goesBy(headers.host, trusted)) return 'misdirected';
  const { origin } = headers;
  const allowed =
    trusted === undefined
      ? allowsSocket(headers, allowsOrigin)
      : origin === undefined || trusted.includes(hostName(origin)) || allowsOrigin(origin);
  return allowed ? undefined : 'forbidden';
}

function goesBy(host = '', trusted: readonly string[]): boolean {
  // As it is nearly always written; only other spellings are worth a parser.
  return trusted.includes(host.replace(/:\d{1,5}$/, '')) || trusted.includes(hostName(`http://${host}`));
}

/** Empty for what is no URL with a host, such as the origin `null`. */
function hostName(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

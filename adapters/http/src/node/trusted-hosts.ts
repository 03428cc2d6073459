import type { HttpProblemKind } from '../problems.ts';

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
 * Guards sockets against pages of other sites: browsers let any page open one, with the cookies of its user, and tell only
 * the origin.
 *
 * @param trusted - As above. Without it, only pages of the very host that is asked may open sockets.
 * @param allowsOrigin - Whether pages of another origin may as well.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 */
export function distrustSocket(
  { host, origin }: { readonly host?: string | undefined; readonly origin?: string | undefined },
  trusted: readonly string[] | undefined,
  allowsOrigin: (origin: string) => boolean,
): HttpProblemKind | undefined {
  if (trusted !== undefined && !goesBy(host, trusted)) return 'misdirected';
  if (origin === undefined || allowsOrigin(origin)) return undefined;
  const own = trusted === undefined ? isSameHost(origin, host) : trusted.includes(hostName(origin));
  return own ? undefined : 'forbidden';
}

function goesBy(host = '', trusted: readonly string[]): boolean {
  // As it is nearly always written; only other spellings are worth a parser.
  return trusted.includes(host.replace(/:\d{1,5}$/, '')) || trusted.includes(hostName(`http://${host}`));
}

function isSameHost(origin: string, host = ''): boolean {
  const page = URL.parse(origin);
  // By the page's scheme, whose port need not be written.
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}

/** Empty for what is no URL with a host, such as the origin `null`. */
function hostName(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

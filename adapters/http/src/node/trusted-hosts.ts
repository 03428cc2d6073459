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
  const host = headers.host ?? '';
  // As it is nearly always written; only other spellings are worth a parser.
  const plain = trusted.includes(host.replace(/:\d{1,5}$/, ''));
  if (!plain && !trusted.includes(hostName(`http://${host}`))) return 'misdirected';
  if (headers.origin === undefined || safeMethods.has(method)) return undefined;
  return trusted.includes(hostName(headers.origin)) ? undefined : 'forbidden';
}

/** Empty for what is no URL with a host, such as the origin `null`. */
function hostName(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

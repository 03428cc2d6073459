import { createHmac, timingSafeEqual } from 'node:crypto';

/** What may be wrong with the token of a request. */
export type TokenFault = 'no token' | 'malformed' | 'signature' | 'expired' | 'audience';

interface Claims {
  readonly aud?: unknown;
  readonly exp?: unknown;
}

/**
 * Looks at the token of a request to the REST API: a JWT signed by HS256 with an access key, which names the very URL that
 * is asked for.
 *
 * @param url - Asked for; its query does not count.
 * @param now - By the clock of whoever signs, milliseconds since 1970.
 * @see https://learn.microsoft.com/rest/api/webpubsub/dataplane/#rest-api-authentication
 */
export function tokenFault(
  authorization: string | undefined,
  url: string,
  accessKey: string,
  now: number,
): TokenFault | undefined {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return 'no token';
  const [header, claims, signature] = token.split('.') as [string, string?, string?];
  if (claims === undefined || signature === undefined) return 'malformed';
  const expected = createHmac('sha256', accessKey).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  const { alg } = read(header) as { readonly alg?: unknown };
  if (alg !== 'HS256' || given.length !== expected.length || !timingSafeEqual(given, expected)) return 'signature';
  const { aud, exp } = read(claims) as Claims;
  if (typeof exp !== 'number' || exp * 1_000 <= now) return 'expired';
  return typeof aud === 'string' && withoutQuery(aud) === withoutQuery(url) ? undefined : 'audience';
}

const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

const withoutQuery = (url: string): string => url.split('?', 1)[0]!;

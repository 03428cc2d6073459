import type { HttpRequest } from './message.ts';

/** Origins that pages may call from: `'*'` for all, or a list such as `['https://console.example.com']`. */
export type AllowedOrigins = '*' | readonly string[];

export const isAllowed = (allowed: AllowedOrigins, origin: string): boolean =>
  allowed === '*' || allowed.includes(origin);

/** Headers that let the page read the answer; none where its origin is not allowed. */
export function corsHeaders(allowed: AllowedOrigins, request: HttpRequest): Record<string, string> {
  const { origin } = request.headers;
  const vary = allowed === '*' || allowed.length === 0 ? {} : { vary: 'origin' };
  if (origin === undefined || !isAllowed(allowed, origin)) return vary;
  return {
    ...vary,
    'access-control-allow-origin': allowed === '*' ? '*' : origin,
    'access-control-expose-headers': 'location, retry-after, x-correlation-id',
  };
}

/** What a preflight is told besides {@link corsHeaders}. */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'authorization, content-type, traceparent, x-correlation-id',
    'access-control-max-age': '600',
  };
}

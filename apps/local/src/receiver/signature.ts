import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far a timestamp may be from the receiver's clock, in milliseconds: the specification's five minutes. */
export const toleranceMs = 300_000;

/**
 * Whether a webhook is from whoever holds the secret, and fresh: what every receiver should ask. Written from the
 * specification and not from the sender, so that one checks the other.
 *
 * @param secret - `whsec_<base64>`.
 * @param body - As it came over the wire.
 * @param now - Milliseconds since 1970.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function isSigned(secret: string, headers: IncomingHttpHeaders, body: string, now: number): boolean {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': timestamp = '',
    'webhook-signature': signatures = '',
  } = headers as Readonly<Record<string, string | undefined>>;
  if (id === '' || !/^\d+$/.test(timestamp) || Math.abs(Number(timestamp) * 1_000 - now) > toleranceMs) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

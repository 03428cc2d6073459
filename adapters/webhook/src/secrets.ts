import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';
const minBytes = 24;
const maxBytes = 64;

/** A new secret to share with a receiver: 32 random bytes as `whsec_<base64>`. */
export function generateSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`;
}

/**
 * Reads secrets; during a rotation the new one and the old, and receivers accept either.
 *
 * @throws {RangeError} unless there is one at least, each `whsec_` and the base64 of 24 to 64 bytes. Never shows a secret.
 */
export function readSecrets(secret: string | readonly string[]): readonly Buffer[] {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (secrets.length === 0) throw new RangeError('webhooks need at least one secret; generateSecret() makes one');
  return secrets.map((text, index) => {
    const encoded = text.startsWith(prefix) ? text.slice(prefix.length) : '';
    const key = Buffer.from(encoded, 'base64');
    // Node skips what is not base64, so only what comes out the same was base64 to begin with.
    if (key.toString('base64') === encoded && key.length >= minBytes && key.length <= maxBytes) return key;
    throw new RangeError(
      `webhook secret ${index + 1} must be "${prefix}" and the base64 of ${minBytes} to ${maxBytes} bytes`,
    );
  });
}

/**
 * Signs a message by the Standard Webhooks specification.
 *
 * @param timestamp - Seconds since 1970; integer.
 * @returns `webhook-signature`: one `v1,<base64>` for each secret, separated by spaces.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function sign(keys: readonly Buffer[], id: string, timestamp: number, body: string): string {
  const signed = `${id}.${timestamp}.${body}`;
  return keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' ');
}

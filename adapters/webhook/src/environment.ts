import { readSecrets } from './secrets.ts';
import type { WebhookSenderOptions } from './webhook-sender.ts';

/**
 * How webhooks are sent, from environment variables, for composition roots in clouds.
 *
 * - `PORTOLAN_WEBHOOK_SECRET`: what requests are signed with; two separated by a space during a rotation. Required.
 * - `PORTOLAN_WEBHOOK_ALLOW`: `loopback` or `private` (or both, separated by a space) to let tasks reach such addresses.
 *   @default neither: only public addresses
 *
 * @throws {RangeError} for a variable that is missing or malformed, without showing a secret.
 */
export function webhooksFromEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): WebhookSenderOptions {
  const secret = words(env['PORTOLAN_WEBHOOK_SECRET']);
  if (secret.length === 0) throw new RangeError('PORTOLAN_WEBHOOK_SECRET is not set; generateSecret() makes one');
  readSecrets(secret);
  const allowed = words(env['PORTOLAN_WEBHOOK_ALLOW']);
  const unknown = allowed.find((one) => one !== 'loopback' && one !== 'private');
  if (unknown !== undefined) {
    throw new RangeError(`PORTOLAN_WEBHOOK_ALLOW must be made of "loopback" and "private", not "${unknown}"`);
  }
  return { secret, allowLoopback: allowed.includes('loopback'), allowPrivate: allowed.includes('private') };
}

const words = (text = ''): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

import { adapter, type Adapter } from '@portolan/composition';
import type { Webhooks } from '@portolan/scheduling';
import { readSecrets } from './secrets.ts';
import { webhookSender, type WebhookSenderOptions } from './webhook-sender.ts';

/**
 * Binds the scheduling domain's `webhooks`: real requests to real receivers, on every cloud.
 *
 * @throws {RangeError} for a malformed secret, without showing it.
 */
export function httpWebhooks(options: WebhookSenderOptions): Adapter<'own', 'any', object, Webhooks> {
  readSecrets(options.secret);
  return adapter({
    kind: 'own',
    cloud: 'any',
    name: 'httpWebhooks',
    guarantees: {},
    open: ({ environment }): Webhooks => webhookSender({ ...options, clock: environment.clock }),
  });
}

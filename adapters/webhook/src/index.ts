export { webhooksFromEnvironment } from './environment.ts';
export type { AllowedAddresses } from './address-guard.ts';
export type { Resolve } from './guarded-lookup.ts';
export { httpWebhooks } from './http-webhooks.ts';
export { generateSecret } from './secrets.ts';
export { webhookSender, type WebhookSenderOptions } from './webhook-sender.ts';

import type { WebhookOutcome } from '@portolan/scheduling';
import { ExchangeTimeout } from './exchange.ts';
import { RefusedAddress } from './guarded-lookup.ts';

type Reason = Extract<WebhookOutcome, { readonly kind: 'failed' }>['reason'];

const dnsCodes = /^(?:ENOTFOUND|EAI_|ENODATA|ESERVFAIL|ENONAME)/;
const tlsCodes =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO|CERT_|CRL_|UNABLE_TO_|ERROR_IN_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH)/;

/** Why an exchange failed, by the code of what it threw, and never by its text. */
export function failureOf(error: unknown): { readonly reason: Reason; readonly detail: string } {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof ExchangeTimeout) return { reason: 'timeout', detail };
  if (error instanceof RefusedAddress) return { reason: 'refused-address', detail };
  const { code = '' } = error as NodeJS.ErrnoException;
  const shown = detail === '' ? code : detail;
  if (dnsCodes.test(code)) return { reason: 'dns', detail: shown };
  if (tlsCodes.test(code)) return { reason: 'tls', detail: shown };
  return { reason: 'connection', detail: shown };
}

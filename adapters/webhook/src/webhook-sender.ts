import type { Clock } from '@portolan/kernel';
import { readRetryAfter } from '@portolan/node';
import type { WebhookOutcome, WebhookRequest, Webhooks } from '@portolan/scheduling';
import type { AllowedAddresses } from './address-guard.ts';
import { newExchanger, type Answer } from './exchange.ts';
import { excerptOf } from './excerpt.ts';
import { failureOf } from './failure.ts';
import type { Resolve } from './guarded-lookup.ts';
import { requestHeaders } from './headers.ts';
import { readSecrets, sign } from './secrets.ts';

export interface WebhookSenderOptions extends AllowedAddresses {
  /** `whsec_<base64>`; a list during a rotation, each of which signs. */
  readonly secret: string | readonly string[];
  /** @default 'Portolan-Webhooks/1' */
  readonly userAgent?: string;
  /** Finds the addresses of a host name. Every one of them is checked. @default the system's resolver */
  readonly resolve?: Resolve;
}

/**
 * Sends signed webhooks by the Standard Webhooks specification.
 *
 * Only http and https, only to public addresses unless more is allowed, TLS always verified. A redirect is an answer and is
 * not followed. Deliveries may run side by side, 32 at a time to one receiver; the wait for a place counts as time taken.
 *
 * @throws {RangeError} for a malformed secret, without showing it.
 */
export function webhookSender(options: WebhookSenderOptions & { readonly clock: Clock }): Webhooks & AsyncDisposable {
  const { clock, userAgent = 'Portolan-Webhooks/1' } = options;
  const keys = readSecrets(options.secret);
  const exchanger = newExchanger(options, options.resolve);

  const headersOf = (request: WebhookRequest, at: number): Record<string, string> => {
    const timestamp = Math.floor(at / 1_000);
    return requestHeaders(request.headers, {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'webhook-id': request.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(keys, request.id, timestamp, request.body),
    });
  };
  return {
    async deliver(request) {
      const startedAt = clock.now();
      const durationMs = (): number => Math.max(0, clock.now() - startedAt);
      const headers = headersOf(request, startedAt);
      const url = readUrl(request.url);
      if (typeof url === 'string') return { kind: 'failed', reason: 'invalid-url', detail: url, durationMs: 0 };
      try {
        const answer = await exchanger.post(url, headers, Buffer.from(request.body), request.timeoutMs);
        return answered(answer, clock.now(), durationMs());
      } catch (error) {
        return { kind: 'failed', ...failureOf(error), durationMs: durationMs() };
      }
    },
    async [Symbol.asyncDispose]() {
      exchanger.close();
    },
  };
}

function answered(answer: Answer, now: number, durationMs: number): WebhookOutcome {
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'], now);
  return {
    kind: 'answered',
    status: answer.status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    durationMs,
    excerpt: excerptOf(answer),
  };
}

/** The URL, or why it is none to call. Never shows credentials. */
function readUrl(text: string): URL | string {
  const url = URL.parse(text);
  if (url === null) return 'expected an absolute URL';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `expected http or https, not ${url.protocol}`;
  if (url.username !== '' || url.password !== '') return 'expected a URL without user name and password';
  return url;
}

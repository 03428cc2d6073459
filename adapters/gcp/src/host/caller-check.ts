import type { OAuth2Client } from 'google-auth-library';
import type { CallerSettings } from './caller-settings.ts';

/** Whether a call may come in. */
export type CallerVerdict =
  { readonly kind: 'trusted' } | { readonly kind: 'refused'; readonly status: 401 | 403; readonly reason: string };

/** Judges the `authorization` header of a call. @throws where the certificates cannot be had. */
export type CallerCheck = (authorization: string | undefined) => Promise<CallerVerdict>;

/** @see https://accounts.google.com/.well-known/openid-configuration */
const issuers = ['https://accounts.google.com', 'accounts.google.com'];

/**
 * Verifies the OIDC tokens by which Cloud Tasks, Pub/Sub and Cloud Scheduler show who they are: signed by Google, issued for
 * this function, not expired, in the name of the service account that may call it. Certificates are fetched with the first
 * call and kept as long as Google says; clocks may differ by five minutes.
 *
 * @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 * @see https://cloud.google.com/tasks/docs/creating-http-target-tasks#token
 */
export function callerCheck({ audiences, email, certificatesUrl }: CallerSettings): CallerCheck {
  let client: Promise<OAuth2Client> | undefined;
  let fetching: ReturnType<OAuth2Client['getFederatedSignonCertsAsync']> | undefined;
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return refused(401, authorization === undefined ? 'no token' : 'no bearer token');
    const verifier = await (client ??= openClient(certificatesUrl));
    // Apart from what follows, since a failure here says nothing about who calls; and once for all that call at the start.
    fetching ??= verifier.getFederatedSignonCertsAsync().finally(() => (fetching = undefined));
    const { certs } = await fetching;
    try {
      const ticket = await verifier.verifySignedJwtWithCertsAsync(token, certs, [...audiences], issuers);
      const claims = ticket.getPayload();
      if (claims?.email_verified !== true) return refused(403, 'its email is not verified');
      return claims.email === email ? { kind: 'trusted' } : refused(403, 'in the name of another account');
    } catch (error) {
      return refused(401, faultOf(error));
    }
  };
}

/** By its own file, and with the first call: the whole library costs 34 ms of a cold start, this part of it 21. */
async function openClient(certificatesUrl: string | undefined): Promise<OAuth2Client> {
  const { OAuth2Client } = await import('google-auth-library/build/src/auth/oauth2client.js');
  if (certificatesUrl === undefined) return new OAuth2Client();
  return new OAuth2Client({ endpoints: { oauth2FederatedSignonPemCertsUrl: certificatesUrl } });
}

const refused = (status: 401 | 403, reason: string): CallerVerdict => ({ kind: 'refused', status, reason });

/** The library's messages hold the token itself, which no log may show; so they are told in other words. */
const faults: readonly (readonly [beginning: string, reason: string])[] = [
  ['Invalid token signature', 'another signature'],
  ['No pem found', 'signed with a key that is not among the certificates'],
  ['Token used too late', 'expired'],
  ['Token used too early', 'not yet valid'],
  ['Expiration time too far', 'valid for too long'],
  ['Wrong recipient', 'issued for another audience'],
  ['Invalid issuer', 'of another issuer'],
];

function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return faults.find(([beginning]) => message.startsWith(beginning))?.[1] ?? 'malformed';
}

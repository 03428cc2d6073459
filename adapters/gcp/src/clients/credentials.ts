import type { Authorize } from './google-rest.ts';

/** What tokens and signers are asked for. */
export const scope = 'https://www.googleapis.com/auth/cloud-platform';

/** What an emulator takes: the Firestore emulator skips its security rules for the owner, the others look at nothing. */
export const ownerOfEmulator: Authorize = async () => ({ authorization: 'Bearer owner' });

/**
 * Application default credentials: the metadata server's in production. The library is loaded with the first call, since
 * it costs 31 ms of a cold start, and its tokens are kept until shortly before they expire.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function defaultCredentials(): Authorize {
  let auth: Promise<{ getRequestHeaders(url: URL): Promise<Headers> }> | undefined;
  return async (url) => {
    auth ??= import('google-auth-library').then(({ GoogleAuth }) => new GoogleAuth({ scopes: [scope] }));
    return Object.fromEntries(await (await auth).getRequestHeaders(url));
  };
}

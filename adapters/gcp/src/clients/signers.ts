import { PortError } from '@portolan/kernel';
import { once } from '@portolan/node';
import { createSign } from 'node:crypto';
import type { Signer } from '../objects/signed-url.ts';
import { scope } from './credentials.ts';
import type { GoogleRest } from './google-rest.ts';

/** The signer of this process, found with the first that has to sign. */
export type FindSigner = () => Promise<Signer>;

/**
 * Who signs URLs here: by the private key of a service account where `GOOGLE_APPLICATION_CREDENTIALS` names one, or else the
 * service account that this process runs as, through IAM.
 *
 * @param iam - The IAM Service Account Credentials API.
 */
export function defaultSigner(iam: GoogleRest): FindSigner {
  return once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    const { client_email: email, private_key: key } = await new GoogleAuth({ scopes: [scope] }).getCredentials();
    if (email === undefined) {
      const why = 'URLs are signed in the name of a service account, and these credentials belong to none';
      throw new PortError('unauthorized', `${why}; name a key by GOOGLE_APPLICATION_CREDENTIALS`);
    }
    return key === undefined ? iamSigner(iam, email) : keySigner(email, key);
  });
}

/** @param key - PEM. */
export const keySigner = (email: string, key: string): Signer => ({
  email,
  sign: async (text) => createSign('RSA-SHA256').update(text).sign(key),
});

/**
 * Signs by a key that Google holds. The account needs `iam.serviceAccounts.signBlob` on itself; each signature is a call.
 * Such keys are only sure to be believed for 12 hours, `maxSignedMs`.
 *
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob
 */
export const iamSigner = (iam: GoogleRest, email: string): Signer => ({
  email,
  async sign(text) {
    const { signedBlob } = await iam.call<{ readonly signedBlob: string }>({
      method: 'POST',
      path: `projects/-/serviceAccounts/${encodeURIComponent(email)}:signBlob`,
      body: { payload: Buffer.from(text).toString('base64') },
      repeatable: true,
    });
    return Buffer.from(signedBlob, 'base64');
  },
});

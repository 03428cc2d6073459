import type { BlobClientsOptions } from '../clients/blob-clients.ts';

/** Whoever asks, as Azurite sees it: it looks at what a token says, and not at who has signed it. */
export const identity = (now: () => number): NonNullable<BlobClientsOptions['credential']> => ({
  async getToken() {
    const second = Math.floor(now() / 1_000);
    const claims = {
      aud: 'https://storage.azure.com',
      iss: 'https://sts.windows.net/tests/',
      iat: second,
      nbf: second,
      exp: second + 3_600,
      oid: '11111111-1111-1111-1111-111111111111',
      tid: '22222222-2222-2222-2222-222222222222',
    };
    const parts = [{ alg: 'none', typ: 'JWT' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return { token: [...parts, ''].join('.'), expiresOnTimestamp: (second + 3_600) * 1_000 };
  },
});

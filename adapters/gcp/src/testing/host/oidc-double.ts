import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token says; what is not given is as Google's services have it. */
export interface Claims {
  readonly aud: string;
  readonly email: string;
  readonly email_verified?: boolean;
  readonly iss?: string;
  /** Seconds since 1970. */
  readonly iat?: number;
  readonly exp?: number;
}

/** A service that signs OIDC tokens as Google does, and shows the keys by which they are verified. */
export interface OidcDouble extends AsyncDisposable {
  /** Where its certificates are. */
  readonly certificatesUrl: string;
  /** How often they were fetched. */
  readonly fetched: () => number;
  token(claims: Claims): string;
  /** A token that is signed with another key under this one's name. */
  forged(claims: Claims): string;
  /** A token that is signed with a key that is not shown. */
  foreign(claims: Claims): string;
}

/**
 * Starts one on a free port of loopback. The keys that it shows are public keys instead of certificates around them: what
 * verifies tokens takes either.
 *
 * @param failing - It answers that its certificates are not to be had.
 * @see https://www.googleapis.com/oauth2/v1/certs
 */
export async function startOidc(failing = false): Promise<OidcDouble> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const kid = randomUUID();
  let fetched = 0;
  const server = createServer((_request, response) => {
    fetched++;
    response.writeHead(failing ? 404 : 200, { 'content-type': 'application/json', 'cache-control': 'max-age=21600' });
    response.end(JSON.stringify({ [kid]: own.publicKey.export({ type: 'spki', format: 'pem' }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    certificatesUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/v1/certs`,
    fetched: () => fetched,
    token: (claims) => signed(claims, kid, own.privateKey),
    forged: (claims) => signed(claims, kid, other),
    foreign: (claims) => signed(claims, randomUUID(), other),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function signed(claims: Claims, kid: string, key: KeyObject): string {
  // By the clock of the machine, as whoever verifies: not by one that tests move.
  const iat = claims.iat ?? Math.floor((performance.timeOrigin + performance.now()) / 1_000);
  const payload = {
    iss: 'https://accounts.google.com',
    sub: '112233445566778899000',
    email_verified: true,
    iat,
    exp: iat + 3_600,
    ...claims,
  };
  const body = `${encoded({ alg: 'RS256', kid, typ: 'JWT' })}.${encoded(payload)}`;
  return `${body}.${sign('RSA-SHA256', Buffer.from(body), key).toString('base64url')}`;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

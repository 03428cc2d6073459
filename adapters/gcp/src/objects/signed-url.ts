import { createHash } from 'node:crypto';

/** Signs in the name of a service account. */
export interface Signer {
  /** Of the service account. */
  readonly email: string;
  /** RSA over SHA-256. */
  sign(text: string): Promise<Uint8Array>;
}

export interface SignedRequest {
  readonly method: 'GET' | 'PUT';
  /** Of Cloud Storage: `https://storage.googleapis.com`. */
  readonly origin: string;
  readonly bucket: string;
  readonly key: string;
  /** What the request must carry, with these values; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly expiresInMs: number;
}

const algorithm = 'GOOG4-RSA-SHA256';

/**
 * A URL that holds the right to one request: the V4 signing process.
 *
 * It lives by the second: up to one longer than was asked for, never less.
 *
 * @see https://cloud.google.com/storage/docs/authentication/canonical-requests
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
export async function signedUrl(request: SignedRequest, signer: Signer): Promise<string> {
  const { text, path, query } = stringToSign(request, signer.email);
  const signature = Buffer.from(await signer.sign(text)).toString('hex');
  return `${request.origin}${path}?${query}&X-Goog-Signature=${signature}`;
}

/** What is signed, and the parts of the URL that it stands for. */
export function stringToSign(request: SignedRequest, email: string) {
  const { method, origin, bucket, key, at, expiresInMs } = request;
  const startS = Math.floor(at / 1_000);
  const expiresS = Math.ceil((at + expiresInMs) / 1_000) - startS;
  const stamp = new Date(startS * 1_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${stamp.slice(0, 8)}/auto/storage/goog4_request`;
  const headers = Object.entries({ ...request.headers, host: new URL(origin).host }).sort(byName);
  const signedHeaders = headers.map(([name]) => name).join(';');
  const query = Object.entries({
    'X-Goog-Algorithm': algorithm,
    'X-Goog-Credential': `${email}/${scope}`,
    'X-Goog-Date': stamp,
    'X-Goog-Expires': String(expiresS),
    'X-Goog-SignedHeaders': signedHeaders,
  })
    .sort(byName)
    .map(([name, value]) => `${name}=${encoded(value)}`)
    .join('&');
  const path = `/${bucket}/${key.split('/').map(encoded).join('/')}`;
  const canonical = [
    method,
    path,
    query,
    ...headers.map(([name, value]) => `${name}:${value.trim().replaceAll(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  return { text: [algorithm, stamp, scope, hash].join('\n'), path, query };
}

/** As RFC 3986 has it: everything but A-Z, a-z, 0-9 and `-._~`. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

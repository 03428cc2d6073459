import { createHash, createVerify, generateKeyPairSync, sign } from 'node:crypto';
import type { StorageRequest } from './storage-answers.ts';

/** A refusal of the XML API, which is what signed URLs speak. */
export interface Refused {
  readonly status: number;
  readonly code: string;
}

const maxExpiresS = 604_800;
const scopeEnd = '/auto/storage/goog4_request';

/** A service account whose key signs, and by whose public key requests are verified. */
export class ServiceAccount {
  readonly email: string;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  constructor(email: string) {
    this.email = email;
  }

  /** PEM. */
  get privateKey(): string {
    return this.#keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
  signBlob(payload: string): { readonly keyId: string; readonly signedBlob: string } {
    const signature = sign('RSA-SHA256', Buffer.from(payload, 'base64'), this.#keys.privateKey);
    return { keyId: 'own', signedBlob: signature.toString('base64') };
  }

  /**
   * Whether a request was signed by this account, for what it is, and has not expired.
   *
   * @returns Why not; `undefined` where it may be done.
   * @see https://cloud.google.com/storage/docs/access-control/signed-urls
   */
  verify(request: StorageRequest, now: number): Refused | undefined {
    const given = (name: string): string => {
      const all = request.query.getAll(`X-Goog-${name}`);
      return all.length === 1 ? all[0]! : '';
    };
    const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(given('Date'));
    const expiresS = /^\d{1,6}$/.test(given('Expires')) ? Number(given('Expires')) : Infinity;
    if (given('Algorithm') !== 'GOOG4-RSA-SHA256' || stamp === null || expiresS > maxExpiresS)
      return { status: 400, code: 'InvalidSecurity' };
    const [year, month, day, hour, minute, second] = stamp.slice(1).map(Number) as [
      ...[number, number, number],
      ...[number, number, number],
    ];
    const scope = `${given('Date').slice(0, 8)}${scopeEnd}`;
    if (given('Credential') !== `${this.email}/${scope}`) return { status: 400, code: 'InvalidSecurity' };
    const text = ['GOOG4-RSA-SHA256', given('Date'), scope, canonicalHash(request, given('SignedHeaders'))].join('\n');
    const signature = Buffer.from(given('Signature'), 'hex');
    if (!createVerify('RSA-SHA256').update(text).verify(this.#keys.publicKey, signature))
      return { status: 403, code: 'SignatureDoesNotMatch' };
    const startedAt = Date.UTC(year, month - 1, day, hour, minute, second);
    if (now >= startedAt + expiresS * 1_000) return { status: 400, code: 'ExpiredToken' };
    return undefined;
  }
}

/** The canonical request, of what was received. @see https://cloud.google.com/storage/docs/authentication/canonical-requests */
function canonicalHash({ method, path, search, headers }: StorageRequest, signed: string): string {
  const pairs = search.split('&').filter((pair) => !pair.startsWith('X-Goog-Signature='));
  const names = signed.split(';');
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-goog-') && !names.includes(name));
  const canonical = [
    method,
    path,
    pairs.sort().join('&'),
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    // The host, and every header of Google's that is sent, has to be signed.
    names.includes('host') && unsigned.length === 0 ? signed : '',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  return createHash('sha256').update(canonical).digest('hex');
}

import { createHash, createHmac } from 'node:crypto';

/** A request as it came over the wire. */
export interface Signed {
  readonly method: string;
  /** With the query, encoded as it was sent. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Why a request is refused, as S3 says it. */
export interface Unsigned {
  readonly status: number;
  readonly code: string;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const week = 604_800;
/** How far ahead a signature may be dated. */
const skewMs = 900_000;

/**
 * Checks Signature Version 4 of a request to S3, in its header or in its query: our own reading of the documentation, so
 * that what the SDK signs is checked by somebody else.
 *
 * @param secrets - Secret access keys by access key id.
 * @param now - Milliseconds since 1970; decides on what is signed in the query. The dates of other requests are not
 *   looked at: SDKs correct their clocks.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function refusalOf(
  request: Signed,
  secrets: Readonly<Record<string, string>>,
  now: number,
): Unsigned | undefined {
  const [path = '/', search = ''] = request.target.split(/\?(.*)/s);
  const query = search === '' ? [] : search.split('&').map((pair) => pair.split(/=(.*)/s) as [string, string?]);
  const of = (name: string): string | undefined => {
    const found = query.find(([key]) => decodeURIComponent(key) === name);
    return found === undefined ? undefined : decodeURIComponent(found[1] ?? '');
  };
  const inQuery = of('X-Amz-Signature') !== undefined;
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
    request.headers['authorization'] ?? '',
  );
  if (!inQuery && header === null) return { status: 403, code: 'AccessDenied' };
  const [credential, signedHeaders, signature] = inQuery
    ? [of('X-Amz-Credential'), of('X-Amz-SignedHeaders'), of('X-Amz-Signature')]
    : header!.slice(1);
  const date = (inQuery ? of('X-Amz-Date') : request.headers['x-amz-date']) ?? '';
  const payload = inQuery ? 'UNSIGNED-PAYLOAD' : (request.headers['x-amz-content-sha256'] ?? '');
  const [id = '', day = '', region = '', service = '', end = ''] = (credential ?? '').split('/');
  const secret = secrets[id];
  if (secret === undefined) return { status: 403, code: 'InvalidAccessKeyId' };
  const names = (signedHeaders ?? '').split(';');
  if (!names.includes('host') || service !== 's3' || end !== 'aws4_request' || !date.startsWith(day))
    return { status: 400, code: 'AuthorizationQueryParametersError' };
  if (inQuery) {
    const expired = lateness(date, Number(of('X-Amz-Expires')), now);
    if (expired !== undefined) return expired;
  }
  const canonical = [
    request.method,
    path,
    query
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value = '']) => `${strict(name)}=${strict(value)}`)
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const scope = [day, region, service, end].join('/');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, end].reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secret}`);
  if (hmac(key, toSign).toString('hex') !== signature) return { status: 403, code: 'SignatureDoesNotMatch' };
  const claims = payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(request.body);
  return claims ? { status: 400, code: 'XAmzContentSHA256Mismatch' } : undefined;
}

/** @param date - `20260102T030405Z` */
function lateness(date: string, seconds: number, now: number): Unsigned | undefined {
  const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(seconds >= 1 && seconds <= week) || Number.isNaN(at))
    return { status: 400, code: 'AuthorizationQueryParametersError' };
  return now > at + seconds * 1_000 || now < at - skewMs ? { status: 403, code: 'AccessDenied' } : undefined;
}

/** As the signature wants it: everything encoded but letters, digits and four marks. */
const strict = (part: string): string =>
  encodeURIComponent(decodeURIComponent(part)).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

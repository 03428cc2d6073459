import { refusalOf, type Signed } from './signature.ts';

/** The examples of Amazon S3's documentation of Signature Version 4, with the credentials that all of them have. */
const secrets = { AKIAIOSFODNN7EXAMPLE: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const signedAt = Date.UTC(2013, 4, 24);
const host = 'examplebucket.s3.amazonaws.com';
const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
const body = new Uint8Array();
const query = [
  'X-Amz-Algorithm=AWS4-HMAC-SHA256',
  `X-Amz-Credential=${encodeURIComponent(scope)}`,
  'X-Amz-Date=20130524T000000Z',
  'X-Amz-Expires=86400',
  'X-Amz-SignedHeaders=host',
  'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
];
const byUrl: Signed = { method: 'GET', target: `/test.txt?${query.join('&')}`, headers: { host }, body };
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const byHeader: Signed = {
  method: 'GET',
  target: '/test.txt',
  headers: {
    host,
    range: 'bytes=0-9',
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
  },
  body,
};

test("takes what Amazon's own examples have signed", () => {
  expect(refusalOf(byUrl, secrets, signedAt)).toBeUndefined();
  expect(refusalOf(byHeader, secrets, signedAt)).toBeUndefined();
});

test('takes a URL to the second that it ends, and from a quarter of an hour before its date', () => {
  const at = (now: number) => refusalOf(byUrl, secrets, now)?.code;
  expect([at(signedAt + 86_400_000), at(signedAt + 86_400_001)]).toEqual([undefined, 'AccessDenied']);
  expect([at(signedAt - 900_000), at(signedAt - 900_001)]).toEqual([undefined, 'AccessDenied']);
});

test.each<[string, Signed, string]>([
  ['another method', { ...byUrl, method: 'PUT' }, 'SignatureDoesNotMatch'],
  ['another path', { ...byUrl, target: byUrl.target.replace('test', 'best') }, 'SignatureDoesNotMatch'],
  ['one more parameter', { ...byUrl, target: `${byUrl.target}&x=1` }, 'SignatureDoesNotMatch'],
  ['another host', { ...byUrl, headers: { host: 'other' } }, 'SignatureDoesNotMatch'],
  ['a longer life', { ...byUrl, target: byUrl.target.replace('86400', '86401') }, 'SignatureDoesNotMatch'],
  ['a life of over a week', { ...byUrl, target: byUrl.target.replace('86400', '604801') }, 'AuthorizationQueryParametersError'], // prettier-ignore
  ['another key', { ...byUrl, target: byUrl.target.replace('AKIA', 'BKIA') }, 'InvalidAccessKeyId'],
  ['no signature', { ...byUrl, target: '/test.txt' }, 'AccessDenied'],
  ['another range', { ...byHeader, headers: { ...byHeader.headers, range: 'bytes=0-8' } }, 'SignatureDoesNotMatch'],
  ['another body', { ...byHeader, body: Buffer.from('x') }, 'XAmzContentSHA256Mismatch'],
])('refuses %s', (_, request, code) => {
  expect(refusalOf(request, secrets, signedAt)?.code).toBe(code);
});

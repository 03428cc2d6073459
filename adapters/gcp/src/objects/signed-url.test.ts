import { maxSignedMs } from '@portolan/kernel';
import { signedUrl, stringToSign, type SignedRequest } from './signed-url.ts';

const request = (given: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'GET',
  origin: 'https://storage.googleapis.com',
  bucket: 'test-bucket',
  key: 'test-object',
  headers: {},
  at: Date.UTC(2019, 1, 1, 9),
  expiresInMs: 10_000,
  ...given,
});
const email = 'test-iam-credentials@dummy-project-id.iam.gserviceaccount.com';
const paramsOf = (given: Partial<SignedRequest>) => new URLSearchParams(stringToSign(request(given), email).query);

test('names the account, the instant, the life and the headers in the query, ordered and encoded', () => {
  const { text, path, query } = stringToSign(request(), email);
  expect(path).toBe('/test-bucket/test-object');
  expect(query.split('&')).toEqual([
    'X-Goog-Algorithm=GOOG4-RSA-SHA256',
    'X-Goog-Credential=test-iam-credentials%40dummy-project-id.iam.gserviceaccount.com%2F20190201%2Fauto%2Fstorage%2Fgoog4_request',
    'X-Goog-Date=20190201T090000Z',
    'X-Goog-Expires=10',
    'X-Goog-SignedHeaders=host',
  ]);
  const [algorithm, stamp, scope, hash] = text.split('\n');
  expect([algorithm, stamp, scope]).toEqual([
    'GOOG4-RSA-SHA256',
    '20190201T090000Z',
    '20190201/auto/storage/goog4_request',
  ]);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test('encodes the segments of a key, and not what parts them', () => {
  const { path } = stringToSign(request({ key: "folder/a b+c/%é?&#='!(*)~" }), email);
  expect(path).toBe('/test-bucket/folder/a%20b%2Bc/%25%C3%A9%3F%26%23%3D%27%21%28%2A%29~');
});

test('signs for each other thing that a request may be', () => {
  const others: readonly Partial<SignedRequest>[] = [
    {},
    { method: 'PUT' },
    { bucket: 'another' },
    { key: 'test-objecu' },
    { origin: 'https://storage.example.com' },
    { headers: { 'content-type': 'a/b' } },
    { headers: { 'content-type': 'a/c' } },
    { at: Date.UTC(2019, 1, 1, 10) },
    { expiresInMs: 11_000 },
  ];
  expect(new Set(others.map((other) => stringToSign(request(other), email).text)).size).toBe(others.length);
  expect(paramsOf({ headers: { 'x-goog-b': '1', 'content-type': 'a' } }).get('X-Goog-SignedHeaders')).toBe(
    'content-type;host;x-goog-b',
  );
});

test('lives as long as was asked for, and up to a second longer', () => {
  const at = Date.UTC(2019, 1, 1, 9, 0, 0, 900);
  const lifeOf = (expiresInMs: number) => paramsOf({ at, expiresInMs }).get('X-Goog-Expires');
  expect([lifeOf(1_000), lifeOf(1_100), lifeOf(1_101), lifeOf(maxSignedMs)]).toEqual(['2', '2', '3', '43201']);
  expect(paramsOf({ at }).get('X-Goog-Date')).toBe('20190201T090000Z');
});

test('puts the signature behind, in hexadecimal digits', async () => {
  const signer = { email, sign: async () => new Uint8Array([0, 255, 16]) };
  const url = await signedUrl(request(), signer);
  expect(url).toMatch(/^https:\/\/storage\.googleapis\.com\/test-bucket\/test-object\?X-Goog-Algorithm=/);
  expect(url.endsWith('&X-Goog-Signature=00ff10')).toBe(true);
});

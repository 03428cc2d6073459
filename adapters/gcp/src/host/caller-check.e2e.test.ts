import { startOidc, type Claims, type OidcDouble } from '../testing/host/oidc-double.ts';
import { callerCheck } from './caller-check.ts';

const aud = 'https://wake-abc.a.run.app';
const email = 'invoker@portolan-test.iam.gserviceaccount.com';
const settings = { audiences: [aud, 'https://wake-123.europe-west1.run.app'], email };
const nowS = Math.floor(Date.now() / 1_000);

let oidc: OidcDouble;
beforeAll(async () => {
  oidc = await startOidc();
});
afterAll(() => oidc[Symbol.asyncDispose]());

const checkBy = ({ certificatesUrl }: OidcDouble) => callerCheck({ ...settings, certificatesUrl });
const verdict = (token: string) => checkBy(oidc)(`Bearer ${token}`);
const claims = (given: Partial<Claims> = {}): Claims => ({ aud, email, ...given });

test('trusts the account it expects, for each of the audiences', async () => {
  expect(await verdict(oidc.token(claims()))).toEqual({ kind: 'trusted' });
  expect(await verdict(oidc.token(claims({ aud: settings.audiences[1]! })))).toEqual({ kind: 'trusted' });
});

test.each<[why: string, status: 401 | 403, reason: string, token: () => string]>([
  ['wrong audience', 401, 'issued for another audience', () => oidc.token(claims({ aud: `${aud}/` }))],
  ['wrong issuer', 401, 'of another issuer', () => oidc.token(claims({ iss: 'https://example.com' }))],
  ['expired', 401, 'expired', () => oidc.token(claims({ iat: nowS - 7_200, exp: nowS - 3_600 }))],
  ['from the future', 401, 'not yet valid', () => oidc.token(claims({ iat: nowS + 3_600 }))],
  ['valid for a year', 401, 'valid for too long', () => oidc.token(claims({ exp: nowS + 31_536_000 }))],
  ['signed by somebody else', 401, 'another signature', () => oidc.forged(claims())],
  [
    'signed with another key',
    401,
    'signed with a key that is not among the certificates',
    () => oidc.foreign(claims()),
  ],
  ['unsigned', 401, 'another signature', () => `${oidc.token(claims()).split('.').slice(0, 2).join('.')}.`],
  ['of no algorithm', 401, 'signed with a key that is not among the certificates', () => ofNoAlgorithm(claims())],
  ['not JSON inside', 401, 'malformed', () => 'abc.def.ghi'],
  ['another account', 403, 'in the name of another account', () => oidc.token(claims({ email: 'x@example.com' }))],
  ['unverified email', 403, 'its email is not verified', () => oidc.token(claims({ email_verified: false }))],
])('refuses a token: %s', async (_why, status, reason, token) => {
  expect(await verdict(token())).toEqual({ kind: 'refused', status, reason });
});

function ofNoAlgorithm(payload: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const times = { iss: 'https://accounts.google.com', iat: nowS, exp: nowS + 60, email_verified: true };
  return `${part({ alg: 'none' })}.${part({ ...payload, ...times })}.`;
}

test.each<[string | undefined, string]>([
  [undefined, 'no token'],
  ['', 'no bearer token'],
  ['Basic aW52b2tlcjpzZWNyZXQ=', 'no bearer token'],
  ['Bearer not-a-token', 'no bearer token'],
])('refuses the header %j', async (header, reason) => {
  expect(await checkBy(oidc)(header)).toEqual({ kind: 'refused', status: 401, reason });
});

test('fetches certificates once for all that call at the start, and keeps them', async () => {
  await using fresh = await startOidc();
  const check = checkBy(fresh);
  const token = `Bearer ${fresh.token(claims())}`;
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => check(token)));
  expect(verdicts.every(({ kind }) => kind === 'trusted')).toBe(true);
  await check(token);
  expect(fresh.fetched()).toBe(1);
});

test('throws, and blames nobody, where certificates are not to be had', async () => {
  await using failing = await startOidc(true);
  await expect(checkBy(failing)(`Bearer ${failing.token(claims())}`)).rejects.toThrow('verification certificates');
});

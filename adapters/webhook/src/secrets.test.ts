import { Webhook } from 'standardwebhooks';
import { generateSecret, readSecrets, sign } from './secrets.ts';

const body = '{"é":1}';
const verify = (secret: string, signature: string, timestamp: number) =>
  new Webhook(secret).verify(body, {
    'webhook-id': 'run-1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  });

test('the reference implementation accepts each secret of a rotation', () => {
  const secrets = [generateSecret(), generateSecret()];
  const now = Math.floor(Date.now() / 1_000);
  const signature = sign(readSecrets(secrets), 'run-1', now, body);
  for (const secret of secrets) expect(verify(secret, signature, now)).toEqual({ é: 1 });
  expect(() => verify(generateSecret(), signature, now)).toThrow('No matching signature found');
});

test('agrees with the vector of the reference implementation', () => {
  const keys = readSecrets('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  expect(sign(keys, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('secrets are new each time, and long enough', () => {
  const secrets = Array.from({ length: 20 }, generateSecret);
  expect(new Set(secrets).size).toBe(20);
  expect(readSecrets(secrets).every((key) => key.length === 32)).toBe(true);
});

const bytes = (count: number) => Buffer.alloc(count, 7).toString('base64');
test.each([
  ['no secret', []],
  ['no prefix', bytes(32)],
  ['another prefix', `sk_${bytes(32)}`],
  ['too short', `whsec_${bytes(23)}`],
  ['too long', `whsec_${bytes(65)}`],
  ['no base64', `whsec_${'!'.repeat(44)}`],
  ['base64 with something in it', `whsec_ ${bytes(32)}`],
  ['a malformed second one', [`whsec_${bytes(32)}`, 'hunter2-hunter2']],
])('refuses %s without showing it', (_case, secret) => {
  expect(() => readSecrets(secret)).toThrow(RangeError);
  expect(() => readSecrets(secret)).not.toThrow(/hunter2|Bwc|!!/);
});

import { generateSecret } from '@portolan/webhook';
import { isSigned, toleranceMs } from './signature.ts';

// The vector of the reference implementation.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = '{"test": 2432232314}';
const now = 1_614_265_330_000;
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const headers = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': signature,
};

test('accepts the vector of the reference implementation', () => {
  expect(isSigned(secret, headers, body, now)).toBe(true);
});

test('accepts one good signature among others, as during a rotation', () => {
  const rotated = { ...headers, 'webhook-signature': `v1,AAAA v1a,other ${signature}` };
  expect(isSigned(secret, rotated, body, now)).toBe(true);
});

test.each([
  ['another body', secret, headers, `${body} `, now],
  ['another id', secret, { ...headers, 'webhook-id': 'msg_other' }, body, now],
  ['another timestamp', secret, { ...headers, 'webhook-timestamp': '1614265331' }, body, now],
  ['another secret', generateSecret(), headers, body, now],
  ['no headers at all', secret, {}, body, now],
  [
    'a signature of another version',
    secret,
    { ...headers, 'webhook-signature': signature.replace('v1', 'v2') },
    body,
    now,
  ],
  ['a cut signature', secret, { ...headers, 'webhook-signature': signature.slice(0, 20) }, body, now],
  ['a timestamp long past', secret, headers, body, now + toleranceMs + 1_000],
  ['a timestamp far ahead', secret, headers, body, now - toleranceMs - 1_000],
])('refuses %s', (_case, withSecret, given, text, at) => {
  expect(isSigned(withSecret, given, text, at)).toBe(false);
});

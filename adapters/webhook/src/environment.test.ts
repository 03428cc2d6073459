import { webhooksFromEnvironment } from './environment.ts';
import { generateSecret } from './secrets.ts';

test('reads one secret, or two during a rotation, and allows only public addresses unless told otherwise', () => {
  const [first, second] = [generateSecret(), generateSecret()];
  expect(webhooksFromEnvironment({ PORTOLAN_WEBHOOK_SECRET: first })).toEqual({
    secret: [first],
    allowLoopback: false,
    allowPrivate: false,
  });
  expect(
    webhooksFromEnvironment({
      PORTOLAN_WEBHOOK_SECRET: `${first} ${second}`,
      PORTOLAN_WEBHOOK_ALLOW: 'private loopback',
    }),
  ).toEqual({ secret: [first, second], allowLoopback: true, allowPrivate: true });
});

test('names the variable that is missing or malformed, and never shows a secret', () => {
  expect(() => webhooksFromEnvironment({})).toThrow('PORTOLAN_WEBHOOK_SECRET is not set');
  expect(() => webhooksFromEnvironment({ PORTOLAN_WEBHOOK_SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2).*must be/);
  const env = { PORTOLAN_WEBHOOK_SECRET: generateSecret(), PORTOLAN_WEBHOOK_ALLOW: 'all' };
  expect(() => webhooksFromEnvironment(env)).toThrow('PORTOLAN_WEBHOOK_ALLOW must be made of "loopback" and "private"');
});

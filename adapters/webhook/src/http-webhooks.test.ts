import { compose } from '@portolan/composition';
import { every, minutes, noDeadline, service, silentLog, type Environment } from '@portolan/kernel';
import { webhooks, type WebhookOutcome, type Webhooks } from '@portolan/scheduling';
import { httpWebhooks } from './http-webhooks.ts';
import { generateSecret } from './secrets.ts';

const environment: Environment = {
  clock: { now: () => 0 },
  ids: { next: () => '0'.repeat(26) },
  random: { next: () => 0.5 },
  log: silentLog,
  deadline: () => noDeadline,
};
const user = service('user', { webhooks }, { call: every(minutes(1), { webhooks: webhooks.deliver }, async () => {}) });

test.each(['local', 'aws', 'azure', 'gcp'] as const)('binds the port in %s', async (place) => {
  const composition = compose(user, place, { webhooks: httpWebhooks({ secret: generateSecret() }) }, { environment });
  const { webhooks: bound } = (await composition.contracts(['webhooks'])) as { webhooks: Webhooks };
  const request = { url: 'http://10.0.0.1/', headers: {}, id: 'a', body: '{}', timeoutMs: 100 };
  expect(await bound.deliver(request)).toEqual<WebhookOutcome>({
    kind: 'failed',
    reason: 'refused-address',
    detail: '"10.0.0.1" leads to a private address, which webhooks may not call',
    durationMs: 0,
  });
  await composition.close();
});

test('a malformed secret is found before anything runs', () => {
  expect(() => httpWebhooks({ secret: 'hunter2' })).toThrow('webhook secret 1 must be');
});

import { queue, seconds, topic, type Schema } from '@portolan/kernel';
import { pubsubTopicResources } from '../topic/pubsub-topic-resources.ts';
import { cloudTasksQueueName, cloudTasksQueueResource } from './cloud-tasks-resources.ts';
import { dispatchMs } from './cloud-tasks.ts';
import { pubsubName } from './pubsub-names.ts';
import { pubsubQueueResources } from './pubsub-resources.ts';

const anything: Schema<{ readonly type: string }> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as { readonly type: string } }) },
};
const jobs = queue('jobs', { message: anything, ordered: true, visibilityMs: seconds(600) });
const quick = queue('quick', { message: anything, visibilityMs: 1, retry: { maxAttempts: 3, baseMs: 10, capMs: 5 } });

test('names things by service and port, within what each service of Google takes', () => {
  expect(cloudTasksQueueName('scheduling', 'wakeups', { PORTOLAN_STAGE: 'test' })).toBe('test-scheduling-wakeups');
  const [stage, service, port] = ['s'.repeat(20), 'v'.repeat(40), 'p'.repeat(40)];
  expect(() => cloudTasksQueueName(service, port, { PORTOLAN_STAGE: stage })).toThrow(/more than 100 letters/);
  expect(cloudTasksQueueName(service, port.slice(2), { PORTOLAN_STAGE: stage })).toHaveLength(100);
  expect(pubsubName('scheduling', 'outcomes', ['audit', 'again'], {})).toBe('scheduling-outcomes-audit-again');
  expect(() => pubsubName('google-things', 'jobs', [], {})).toThrow(/begins with "goog"/);
  expect(() => pubsubName(service, port, ['f'.repeat(200)], {})).toThrow(/more than 255 letters/);
});

test('tells the queue of Cloud Tasks for a port', () => {
  const { name, retryConfig } = cloudTasksQueueResource('scheduling', jobs);
  expect(name).toBe('scheduling-jobs');
  expect(retryConfig).toEqual({ maxAttempts: -1, minBackoff: '1s', maxBackoff: '600s', maxDoublings: 16 });
});

test('gives a call longer than the function waits, within what Cloud Tasks allows', () => {
  expect([1, 10_000, 60_000, 3_600_000].map(dispatchMs)).toEqual([15_000, 20_000, 70_000, 1_800_000]);
});

test('tells topics and subscriptions of Pub/Sub for a queue', () => {
  const resources = pubsubQueueResources('scheduling', jobs);
  expect(resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'pubsub-topic scheduling-jobs',
    'pubsub-topic scheduling-jobs-dead',
    'pubsub-subscription scheduling-jobs',
    'pubsub-subscription scheduling-jobs-dead',
  ]);
  expect(resources[2]).toMatchObject({
    topic: 'scheduling-jobs',
    ackDeadlineSeconds: 600,
    retryPolicy: { minimumBackoff: '1s', maximumBackoff: '600s' },
    enableMessageOrdering: true,
    deadLetterPolicy: { deadLetterTopic: 'scheduling-jobs-dead', maxDeliveryAttempts: 100 },
  });
  expect(resources[3]).not.toHaveProperty('deadLetterPolicy');
  expect(pubsubQueueResources('s', quick)[2]).toMatchObject({
    ackDeadlineSeconds: 11,
    retryPolicy: { minimumBackoff: '0.01s', maximumBackoff: '60s' },
    enableMessageOrdering: false,
  });
});

test('tells topics and subscriptions of Pub/Sub for a topic, apart for each subscription', () => {
  const news = topic('news', { event: anything, filterable: ['type'] });
  const resources = pubsubTopicResources('s', news, [
    { name: 'audit', filter: {} },
    { name: 'mail', filter: { type: ['made'] } },
  ]);
  expect(resources.map(({ name }) => name)).toEqual([
    's-news',
    ...['s-news-audit-again', 's-news-audit-dead', 's-news-audit', 's-news-audit-again', 's-news-audit-dead'],
    ...['s-news-mail-again', 's-news-mail-dead', 's-news-mail', 's-news-mail-again', 's-news-mail-dead'],
  ]);
  expect(resources[8]).toMatchObject({ topic: 's-news', filter: 'attributes.f_type = "made"' });
  expect(resources[9]).toMatchObject({ topic: 's-news-mail-again', filter: '' });
});

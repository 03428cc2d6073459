import { queue, seconds } from '@portolan/kernel';
import * as z from 'zod';
import { sqsFifoQueue } from './sqs-fifo-queue.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsFifoQueueResource, sqsQueueResource } from './queue-resource.ts';

const message = z.object({ n: z.number() });
const env = {};

test('tells a standard queue and its dead letters', () => {
  const port = queue('jobs', { message, visibilityMs: seconds(20), retry: { maxAttempts: 8, baseMs: 1, capMs: 1 } });
  const { dead, main } = sqsQueueResource('s', port, { env: { PORTOLAN_STAGE: 'test' } });
  expect(dead).toEqual({ QueueName: 'test-s-jobs-dead', Attributes: { MessageRetentionPeriod: '1209600' } });
  expect(main('arn:dead')).toEqual({
    QueueName: 'test-s-jobs',
    Attributes: {
      MessageRetentionPeriod: '1209600',
      VisibilityTimeout: '120',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:dead","maxReceiveCount":8}',
    },
  });
});

test('lets a message be received at least 5 times, since a throttled function counts', () => {
  const port = queue('jobs', { message, retry: { maxAttempts: 1, baseMs: 1, capMs: 1 } });
  expect(sqsQueueResource('s', port, { env }).main('a').Attributes?.['RedrivePolicy']).toContain('"maxReceiveCount":5');
});

test('keeps the time a received message is held back within 12 hours', () => {
  const port = queue('jobs', { message, visibilityMs: seconds(12 * 3_600) });
  expect(sqsQueueResource('s', port, { env }).main('a').Attributes?.['VisibilityTimeout']).toBe('43200');
});

test.each([
  [{ ordered: true }, { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }],
  [{ ordered: true, dedupe: true }, {}],
  [{ dedupe: true }, {}],
] as const)('tells a FIFO queue for %j: as fast as its ids allow', (asked, fast) => {
  const { dead, main } = sqsFifoQueueResource('s', queue('jobs', { message, ...asked }), { env });
  const common = { MessageRetentionPeriod: '1209600', FifoQueue: 'true' };
  expect(dead).toEqual({ QueueName: 's-jobs-dead.fifo', Attributes: common });
  expect(main('arn:dead')).toEqual({
    QueueName: 's-jobs.fifo',
    Attributes: {
      ...common,
      ...fast,
      VisibilityTimeout: '180',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:dead","maxReceiveCount":1000}',
    },
  });
});

test('names a queue that is too long for SQS', () => {
  const port = queue('j'.repeat(40), { message, ordered: true });
  expect(() => sqsFifoQueueResource('s'.repeat(40), port, { env })).toThrow('AWS takes 80');
});

test('tells the queue that calls a function', () => {
  const place = { service: 's', port: queue('jobs', { message }), subscription: 'work' };
  expect(sqsQueue().triggers(place)).toEqual([{ kind: 'sqs', resource: 's-jobs' }]);
  expect(sqsFifoQueue().triggers(place)).toEqual([{ kind: 'sqs', resource: 's-jobs.fifo' }]);
});

import { topic } from '@portolan/kernel';
import * as z from 'zod';
import { eventBridgeRuleResource } from './event-bridge-resource.ts';
import { eventBridgeTopic } from './event-bridge-topic.ts';
import { snsSubscriptionResource, snsTopicResource } from './sns-resource.ts';
import { snsTopic } from './sns-topic.ts';

const fields = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const event = z.object(Object.fromEntries(fields.map((field) => [field, z.string()])));
const outcomes = topic('outcomes', { event, filterable: fields });
const env = { PORTOLAN_STAGE: 'test' };
const some = { subscription: 'bill', filter: { a: ['x', 'y'], b: undefined } } as never;
const all = { subscription: 'bill', filter: {} };

const policyOf = (service: string, source: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Action: 'sqs:SendMessage',
      Resource: 'arn:queue',
      Condition: { ArnEquals: { 'aws:SourceArn': source } },
    },
  ],
});

test('tells the rule of a subscription: its pattern, its queue, its dead letters', () => {
  const { rule, queue, targets, queuePolicy } = eventBridgeRuleResource('s', outcomes, some, { env, busName: 'bus' });
  expect({ ...rule, EventPattern: JSON.parse(rule.EventPattern!) as unknown }).toEqual({
    Name: 'test-s-outcomes-bill',
    EventBusName: 'bus',
    State: 'ENABLED',
    EventPattern: { source: ['test-s-outcomes'], 'detail-type': ['outcomes'], detail: { m: { a: ['x', 'y'] } } },
  });
  expect(queue.dead.QueueName).toBe('test-s-outcomes-bill-dead');
  expect(queue.main('arn').QueueName).toBe('test-s-outcomes-bill');
  expect(targets('arn:queue', 'arn:dead')).toEqual({
    Rule: 'test-s-outcomes-bill',
    EventBusName: 'bus',
    Targets: [{ Id: 'queue', Arn: 'arn:queue', DeadLetterConfig: { Arn: 'arn:dead' } }],
  });
  expect(JSON.parse(queuePolicy('arn:queue', 'arn:rule'))).toEqual(policyOf('events', 'arn:rule'));
});

test('asks no field of an event where a subscription filters by none', () => {
  const { rule } = eventBridgeRuleResource('s', outcomes, all, { env });
  expect(JSON.parse(rule.EventPattern!)).not.toHaveProperty('detail');
  const { subscription } = snsSubscriptionResource('s', outcomes, all, { env });
  expect(subscription('arn:topic', 'arn:queue', 'arn:dead').Attributes).not.toHaveProperty('FilterPolicy');
});

test('takes a pattern that just fits a rule, and names the subscription of one that does not', () => {
  const length = (value: string) =>
    eventBridgeRuleResource('s', outcomes, { subscription: 'bill', filter: { a: [value] } }, { env }).rule.EventPattern!.length; // prettier-ignore
  const room = 2_048 - length('');
  expect(length('x'.repeat(room))).toBe(2_048);
  expect(() => length('x'.repeat(room + 1))).toThrow('topic "outcomes", subscription "bill": the pattern has 2049');
});

test('tells a topic of SNS, and a subscription to it', () => {
  expect(snsTopicResource('s', outcomes, { env })).toEqual({ Name: 'test-s-outcomes' });
  const { queue, subscription, queuePolicy } = snsSubscriptionResource('s', outcomes, some, { env });
  expect(queue.main('arn').QueueName).toBe('test-s-outcomes-bill');
  expect(subscription('arn:topic', 'arn:queue', 'arn:dead')).toEqual({
    TopicArn: 'arn:topic',
    Protocol: 'sqs',
    Endpoint: 'arn:queue',
    ReturnSubscriptionArn: true,
    Attributes: {
      RawMessageDelivery: 'true',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:dead"}',
      FilterPolicy: '{"m":{"a":["x","y"]}}',
      FilterPolicyScope: 'MessageBody',
    },
  });
  expect(JSON.parse(queuePolicy('arn:queue', 'arn:topic'))).toEqual(policyOf('sns', 'arn:topic'));
});

test('refuses a filter that SNS does not take', () => {
  const filterOf = (count: number, values: number) => () =>
    snsSubscriptionResource('s', outcomes, {
      subscription: 'bill',
      filter: Object.fromEntries(fields.slice(0, count).map((field) => [field, Array(values).fill('v') as string[]])),
    });
  expect(filterOf(5, 1)).not.toThrow();
  expect(filterOf(6, 1)).toThrow('a filter of 6 fields');
  expect(filterOf(1, 75)).not.toThrow();
  expect(filterOf(1, 76)).toThrow('152 combinations; SNS takes 5 and 150');
});

test('tells the queue that calls a function', () => {
  const place = { service: 's', port: outcomes, subscription: 'bill' };
  for (const adapter of [eventBridgeTopic(), snsTopic()])
    expect(adapter.triggers(place)).toEqual([{ kind: 'sqs', resource: 's-outcomes-bill' }]);
});

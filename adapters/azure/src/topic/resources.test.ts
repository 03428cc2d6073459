import {
  advancedFilters,
  connectionName,
  eventGridTopicResource,
  eventSubscriptionResource,
  gridName,
} from './resources.ts';

test('names a topic, and the setting that its publishers need', () => {
  expect(eventGridTopicResource('scheduling', 'task-outcomes', {})).toEqual({
    name: 'scheduling-task-outcomes',
    inputSchema: 'CloudEventSchemaV1_0',
    connection: 'EventGrid__scheduling__task_outcomes',
  });
  expect(connectionName('a', 'b')).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
});

test('subscribes a queue of its own, whose messages never expire, or a function', () => {
  const subscription = { name: 'audit', filter: { type: ['made'] } };
  const queue = eventSubscriptionResource('scheduling', 'outcomes', subscription, 'queue', {});
  expect(queue.properties.destination).toEqual({
    endpointType: 'StorageQueue',
    queueName: 'scheduling-outcomes-audit',
    queueMessageTimeToLiveInSeconds: -1,
  });
  expect(queue.queues.deadLetters).toBe('scheduling-outcomes-audit-poison');
  expect(queue.properties.filter.advancedFilters).toEqual([
    { operatorType: 'StringIn', key: 'data.type', values: ['made'] },
  ]);
  const direct = eventSubscriptionResource('scheduling', 'outcomes', subscription, 'direct', {});
  expect(direct.properties.destination).toEqual({ endpointType: 'AzureFunction', functionName: 'audit' });
  expect(direct.queues).toEqual(queue.queues);
});

test('asks Event Grid for no more values than it takes: 25 in all, of 512 characters', () => {
  const values = (count: number): string[] => Array.from({ length: count }, (_, n) => `v${n}`);
  expect(advancedFilters({ a: values(25) })).toHaveLength(1);
  expect(advancedFilters({ a: values(26) })).toEqual([]);
  expect(advancedFilters({ a: values(20), b: values(6), c: values(5) }).map(({ key }) => key)).toEqual([
    'data.a',
    'data.c',
  ]);
  expect(advancedFilters({ a: ['x'.repeat(512)] })).toHaveLength(1);
  expect(advancedFilters({ a: ['x'.repeat(513)] })).toEqual([]);
  expect(advancedFilters({ a: [], 'b.c': ['x'] })).toEqual([]);
});

test('gives a long resource a name that fits', () => {
  expect(gridName('s'.repeat(50))).toBe('s'.repeat(50));
  expect(gridName(`${'s'.repeat(40)}-${'p'.repeat(40)}`)).toMatch(/^s{40}-[0-9a-f]{8}$/);
  expect(gridName('ab')).toMatch(/^ab-[0-9a-f]{8}$/);
});

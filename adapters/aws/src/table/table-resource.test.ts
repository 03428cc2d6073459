import { table } from '@portolan/kernel';
import * as z from 'zod';
import { dynamodbTableResource } from './table-resource.ts';

const item = z.object({ group: z.string(), id: z.string(), state: z.string(), $at: z.string() });

test('tells the table of a port: keys, indexes, expiry', () => {
  const port = table('tasks', { item, key: ['group', 'id'], indexes: { byState: ['state', '$at'] } });
  expect(dynamodbTableResource('scheduling', port, { PORTOLAN_STAGE: 'staging' })).toEqual({
    table: {
      TableName: 'staging-scheduling-tasks',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['group', 'id', 'state', '$$at'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'group', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byState',
          KeySchema: [
            { AttributeName: 'state', KeyType: 'HASH' },
            { AttributeName: '$$at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
    timeToLive: {
      TableName: 'staging-scheduling-tasks',
      TimeToLiveSpecification: { AttributeName: '$ttl', Enabled: true },
    },
  });
});

test('tells no index and no sort key where the port has none', () => {
  const { table: input } = dynamodbTableResource('s', table('singles', { item, key: ['id'] }), {});
  expect(input.KeySchema).toEqual([{ AttributeName: 'id', KeyType: 'HASH' }]);
  expect(input).not.toHaveProperty('GlobalSecondaryIndexes');
});

test('names an index that DynamoDB refuses', () => {
  const port = table('tasks', { item, key: ['id'], indexes: { by: ['state', 'id'] } });
  expect(() => dynamodbTableResource('s', port, {})).toThrow('table "tasks": DynamoDB takes no index of the name "by"');
});

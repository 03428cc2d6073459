import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { table, type Table } from '@portolan/kernel';
import * as z from 'zod';
import { clientSettings } from '../clients/settings.ts';
import { clientConfig, engineEnvironment } from '../testing/aws-engine.ts';
import { scriptedService, type Answer, type Asked, type ScriptedService } from '../testing/scripted-service.ts';
import { dynamodbTable } from './dynamodb-table.ts';

const item = z.object({ id: z.string(), n: z.number().optional() });
const port = table('counters', { item, key: ['id'] });
const written = { output: {} } as const;
const conflict = { status: 400, type: 'com.amazonaws.dynamodb#ConditionalCheckFailedException' } as const;

/** A table over a service that answers as the test says. */
async function over(
  answer: (asked: Asked, index: number) => Answer,
  run: (table: Table<unknown, object>, service: ScriptedService) => Promise<void>,
): Promise<void> {
  await using service = await scriptedService(answer);
  const client = new DynamoDBClient({ ...clientSettings({}), ...clientConfig(service) });
  const environment = engineEnvironment({ now: () => 1_000 });
  const opened = await dynamodbTable().open({ service: 's', port, environment, parts: {} }, client as never);
  await run(opened as unknown as Table<unknown, object>, service);
  client.destroy();
}

const after = { output: { Attributes: { id: { S: 'a' }, n: { N: '1' }, $version: { S: 'v' } } } } as const;

test.each<[string, Answer]>([
  ['the connection broke', 'broken'],
  ['the service failed', { status: 500, type: 'InternalServerError' }],
])('never repeats an increment where %s: it may have happened', async (_, failure) => {
  await over(
    (_asked, index) => (index === 0 ? failure : after),
    async (counters, service) => {
      await expect(counters.increment({ id: 'a' }, { n: 1 })).rejects.toMatchObject({
        name: 'PortError',
        retryable: true,
      });
      expect(service.asked).toHaveLength(1);
    },
  );
});

test('repeats an increment that was throttled: it surely did not happen', async () => {
  await over(
    (_asked, index) => (index === 0 ? { status: 400, type: 'ProvisionedThroughputExceededException' } : after),
    async (counters, service) => {
      expect(await counters.increment({ id: 'a' }, { n: 1 })).toEqual({ id: 'a', n: 1 });
      expect(service.asked).toHaveLength(2);
    },
  );
});

test('repeats a put whose answer was lost, and knows its own write again', async () => {
  let first: Asked | undefined;
  await over(
    (asked, index) => {
      first ??= asked;
      if (index === 0) return 'broken';
      // What stands there by now is what the first request has written.
      const Item = first.input['Item'];
      return { ...conflict, more: { Item: asked.input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' && Item } };
    },
    async (counters, service) => {
      const result = await counters.put({ id: 'a', n: 1 }, { condition: 'absent' });
      expect(service.asked).toHaveLength(2);
      expect(result).toEqual({
        kind: 'written',
        version: (first!.input['Item'] as { $version: { S: string } }).$version.S,
      });
    },
  );
});

test('does not know of a removal at a version whose answer was lost', async () => {
  await over(
    (_asked, index) => (index === 0 ? 'broken' : conflict),
    async (counters) => {
      const removal = counters.delete({ id: 'a' }, { condition: { version: 'v' } });
      await expect(removal).rejects.toMatchObject({ name: 'PortError', code: 'timeout' });
    },
  );
});

test('asks again for what DynamoDB left undone of many reads', async () => {
  const answered = (ids: readonly string[], left: readonly string[]) => ({
    output: {
      Responses: { 's-counters': ids.map((id) => ({ id: { S: id }, $version: { S: 'v' } })) },
      ...(left.length === 0 ? {} : { UnprocessedKeys: { 's-counters': { Keys: left.map((id) => ({ id: { S: id } })), ConsistentRead: true } } }), // prettier-ignore
    },
  });
  await over(
    (_asked, index) => [answered(['b'], ['a', 'c']), answered([], ['a', 'c']), answered(['c', 'a'], [])][index]!,
    async (counters, service) => {
      const found = await counters.getMany([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
      expect(found.map((stored) => (stored?.item as { id: string }).id)).toEqual(['a', 'b', 'c']);
      expect(service.asked.map(({ operation }) => operation)).toEqual(Array(3).fill('BatchGetItem'));
    },
  );
});

test('writes again what DynamoDB left undone of many writes, and splits them by 25', async () => {
  const seen: string[] = [];
  await over(
    ({ input }) => {
      const requests = (input['RequestItems'] as Record<string, { PutRequest: { Item: { id: { S: string } } } }[]>)[
        's-counters'
      ]!;
      expect(requests.length).toBeLessThanOrEqual(25);
      // Half of what is asked for is done, rounded up.
      const done = requests.slice(0, Math.ceil(requests.length / 2));
      seen.push(...done.map(({ PutRequest }) => PutRequest.Item.id.S));
      const left = requests.slice(done.length);
      return { output: left.length === 0 ? {} : { UnprocessedItems: { 's-counters': left } } };
    },
    async (counters) => {
      const ids = Array.from({ length: 60 }, (_, n) => `i${n}`);
      const results = await counters.writeMany(ids.map((id) => ({ put: { id } })));
      expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['written']));
      expect(seen.toSorted()).toEqual(ids.toSorted());
    },
  );
});

test('tells each write of a batch that could not be done why', async () => {
  await over(
    ({ operation }) => (operation === 'BatchWriteItem' ? { status: 400, type: 'AccessDeniedException' } : written),
    async (counters) => {
      const results = await counters.writeMany([{ put: { id: 'a' } }, { put: { id: 'b' }, condition: 'absent' }, { delete: { id: 'c' } }]); // prettier-ignore
      expect(results.map((result) => (result.kind === 'failed' ? result.error.code : result.kind))).toEqual([
        'unauthorized',
        'written',
        'unauthorized',
      ]);
    },
  );
});

test('gives way to a transaction of others, and then writes', async () => {
  await over(
    (_asked, index) => (index < 2 ? { status: 400, type: 'TransactionConflictException' } : written),
    async (counters, service) => {
      expect((await counters.put({ id: 'a' })).kind).toBe('written');
      expect(service.asked).toHaveLength(3);
    },
  );
});

test('tells "unavailable" where nobody listens', async () => {
  const client = new DynamoDBClient({ ...clientSettings({}), ...clientConfig({ port: 1 }), maxAttempts: 1 });
  const environment = engineEnvironment({ now: () => 1_000 });
  const opened = await dynamodbTable().open({ service: 's', port, environment, parts: {} }, client as never);
  await expect(opened.get({ id: 'a' })).rejects.toMatchObject({ name: 'PortError', code: 'unavailable' });
  client.destroy();
});

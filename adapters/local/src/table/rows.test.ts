import { table, type ContractOf } from '@portolan/kernel';
import * as z from 'zod';
import { LocalHarness } from '../testing/local-harness.ts';

const things = table('things', {
  item: z.object({ group: z.string(), id: z.string(), n: z.number(), state: z.string().optional() }),
  key: ['group', 'id'],
  indexes: { byState: ['state', 'id'] },
});
type Things = ContractOf<typeof things>;
const key = (id: string) => ({ group: 'g', id });

async function putAll(table: Things, ids: readonly string[]): Promise<readonly string[]> {
  const results = await table.writeMany(ids.map((id, n) => ({ put: { ...key(id), n, state: 'open' } })));
  return results.map((result) => (result.kind === 'written' ? result.version : fail(result.kind)));
}

const fail = (why: string): never => {
  throw new Error(why);
};

test("the version of one item is no other's, though where it lies is known", async () => {
  await using harness = new LocalHarness();
  const table = await harness.open(things);
  const [, ofB] = await putAll(table, ['a', 'b']);
  await table.get(key('b'));
  const condition = { version: ofB! };
  expect(await table.put({ ...key('a'), n: 9 }, { condition })).toEqual({ kind: 'conflict' });
  expect(await table.put({ ...key('new'), n: 9 }, { condition })).toEqual({ kind: 'conflict' });
  expect(await table.writeMany([{ put: { ...key('a'), n: 9 }, condition }])).toEqual([{ kind: 'conflict' }]);
  expect((await table.getMany([key('a'), key('b'), key('new')])).map((stored) => stored?.item.n)).toEqual([
    0,
    1,
    undefined,
  ]);
});

test('an item that was removed and put anew is not written at the version it had', async () => {
  await using harness = new LocalHarness();
  const table = await harness.open(things);
  const [version] = await putAll(table, ['a']);
  await table.delete(key('a'));
  await putAll(table, ['a']);
  expect(await table.put({ ...key('a'), n: 9 }, { condition: { version: version! } })).toEqual({ kind: 'conflict' });
});

test('a write at a version that is not remembered any more looks at the row first', async () => {
  await using harness = new LocalHarness();
  const table = await harness.open(things);
  const [version] = await putAll(table, ['a']);
  const condition = { version: version! };
  // Far more versions than are remembered.
  for (let n = 0; n < 11; n++) {
    const others = Array.from({ length: 1_000 }, (_, other) => key(`b${n}-${other}`));
    await table.writeMany(others.map((other) => ({ put: { ...other, n } })));
    await table.getMany(others);
  }
  expect((await table.put({ ...key('a'), n: 9, state: 'done' }, { condition })).kind).toBe('written');
  expect(await table.put({ ...key('a'), n: 10 }, { condition })).toEqual({ kind: 'conflict' });
  const done = await table.query({ partition: 'done', index: 'byState' });
  expect(done.items.map(({ item }) => item.n)).toEqual([9]);
});

test('many reads find items whose keys need care in JSON and in SQL', async () => {
  await using harness = new LocalHarness();
  const table = await harness.open(things);
  const ids = ['"', '\\', "'", 'é', '\u{1f600}'];
  await putAll(table, ids);
  const many = await table.getMany(ids.map(key));
  const single = await Promise.all(ids.map((id) => table.get(key(id))));
  expect(many).toEqual(single);
  expect(many.map((stored) => stored?.item.n)).toEqual([0, 1, 2, 3, 4]);
});

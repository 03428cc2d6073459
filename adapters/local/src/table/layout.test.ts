import { table, type Table, type TablePort } from '@portolan/kernel';
import { LocalHarness } from '../testing/local-harness.ts';
import * as z from 'zod';

const item = z.object({
  group: z.string(),
  id: z.string(),
  state: z.string(),
  Owner: z.string().optional(),
  n: z.number().optional(),
});
const key = ['group', 'id'] as const;
const plain = table('things', { item, key });
const byState = table('things', { item, key, indexes: { byState: ['state', 'id'] } });
const byOwner = table('things', { item, key, indexes: { byOwner: ['Owner', 'state'] } });

const open = async (harness: LocalHarness, port: TablePort): Promise<Table> => (await harness.open(port)) as Table;
const idsOf = async (things: Table, index: string, partition: string): Promise<string[]> =>
  (await things.query({ index, partition, limit: 1_000 })).items.map(({ item }) => (item as { id: string }).id).sort();
const indexNames = (harness: LocalHarness): unknown[] =>
  harness.engine.read(() =>
    harness.engine
      .statement(`SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE '%by%' ORDER BY name`)
      .all()
      .map(({ name }) => name),
  );

test('fills an index that is declared for a table which has items', async () => {
  await using harness = new LocalHarness();
  const before = await open(harness, plain);
  const count = 2_500;
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      before.put({ group: `g${n % 3}`, id: `i${n}`, state: n % 10 === 0 ? 'open' : 'done' }),
    ),
  );
  await harness.reopen();
  const after = await open(harness, byState);
  expect(await idsOf(after, 'byState', 'open')).toHaveLength(count / 10);
  await after.put({ group: 'g0', id: 'new', state: 'open' });
  expect(await idsOf(after, 'byState', 'open')).toContain('new');
});

test('drops an index that is not declared any more, and fills it anew when it comes back', async () => {
  await using harness = new LocalHarness();
  await (await open(harness, byState)).put({ group: 'g', id: 'a', state: 'open' });
  await harness.reopen();
  const without = await open(harness, plain);
  expect(indexNames(harness)).toEqual([]);
  await without.put({ group: 'g', id: 'a', state: 'done' });
  await without.put({ group: 'g', id: 'b', state: 'open' });
  await harness.reopen();
  const back = await open(harness, byState);
  expect(await idsOf(back, 'byState', 'open')).toEqual(['b']);
  expect(await idsOf(back, 'byState', 'done')).toEqual(['a']);
});

test('builds an index anew whose fields have changed under the same name', async () => {
  await using harness = new LocalHarness();
  const first = await open(harness, byState);
  await first.put({ group: 'g', id: 'a', state: 'open', Owner: 'ann' });
  await first.put({ group: 'g', id: 'b', state: 'open' });
  await harness.reopen();
  const changed = await open(harness, table('things', { item, key, indexes: { byState: ['Owner', 'state'] } }));
  expect(await idsOf(changed, 'byState', 'ann')).toEqual(['a']);
  expect(await idsOf(changed, 'byState', 'open')).toEqual([]);
});

test('keeps fields apart whose names differ in capitals only', async () => {
  await using harness = new LocalHarness();
  const loud = z.object({ id: z.string(), owner: z.string(), Owner: z.string() });
  const port = table('loud', {
    item: loud,
    key: ['id'],
    indexes: { byOwner: ['owner', 'id'], byowner: ['Owner', 'id'] },
  });
  const things = await open(harness, port);
  await things.put({ id: 'a', owner: 'ann', Owner: 'ben' });
  expect(await idsOf(things, 'byOwner', 'ann')).toEqual(['a']);
  expect(await idsOf(things, 'byowner', 'ben')).toEqual(['a']);
});

test('refuses a table whose key is declared otherwise than it is stored', async () => {
  await using harness = new LocalHarness();
  await open(harness, plain);
  await harness.reopen();
  const other = table('things', { item, key: ['id'] });
  await expect(open(harness, other)).rejects.toMatchObject({ code: 'unsupported' });
});

test('gives an item a version that it never had, even after it was deleted and the process ended', async () => {
  await using harness = new LocalHarness();
  const versions: string[] = [];
  for (let round = 0; round < 5; round++) {
    const things = await open(harness, byOwner);
    await things.put({ group: 'g', id: 'a', state: 'open' });
    versions.push((await things.get({ group: 'g', id: 'a' }))!.version);
    await things.delete({ group: 'g', id: 'a' });
    await (round % 2 === 0 ? harness.restart() : harness.reopen());
  }
  expect(new Set(versions).size).toBe(5);
});

test('reclaims expired rows in the background, and no others', async () => {
  await using harness = new LocalHarness();
  const things = await open(harness, byState);
  const now = harness.now();
  const count = 1_200;
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      things.put({ group: 'g', id: `i${n}`, state: 'open' }, { expiresAt: now + 1_000 + n }),
    ),
  );
  await things.put({ group: 'g', id: 'later', state: 'open' }, { expiresAt: now + 3_600_000 });
  await things.put({ group: 'g', id: 'kept', state: 'open' });
  const rows = () =>
    harness.engine.read(() =>
      harness.engine
        .statement('SELECT id FROM (SELECT sk AS id FROM "harness.things") ORDER BY id')
        .all()
        .map(({ id }) => id),
    );
  expect(rows()).toHaveLength(count + 2);
  await harness.pass(180_000);
  expect(rows()).toEqual(['kept', 'later']);
  await harness.reopen();
  await open(harness, byState);
  await harness.pass(3_600_000);
  expect(rows()).toEqual(['kept']);
});

test('leaves an index alone when a write changes none of its fields', async () => {
  await using harness = new LocalHarness();
  const things = await open(harness, byState);
  await things.put({ group: 'g', id: 'a', state: 'open', n: 1 });
  // Pages of the index that change are seen in the write-ahead log; here it is enough that the statement names no index.
  const plan = harness.engine.read(() =>
    harness.engine
      .statement('EXPLAIN UPDATE "harness.things" SET value = ?, version = ? WHERE pk = ? AND sk = ?')
      .all('', 0, '', ''),
  );
  expect(plan.filter(({ opcode }) => opcode === 'IdxInsert' || opcode === 'IdxDelete')).toEqual([]);
  await things.put({ group: 'g', id: 'a', state: 'open', n: 2 });
  await things.put({ group: 'g', id: 'a', state: 'done', n: 3 });
  expect(await idsOf(things, 'byState', 'open')).toEqual([]);
  expect(await idsOf(things, 'byState', 'done')).toEqual(['a']);
});

import { kibibytes, table, type PortError } from '@portolan/kernel';
import { tableClients } from '../clients/table-clients.ts';
import { anything } from '../testing/anything.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { TableHarness } from '../testing/table-harness.ts';
import { groupsOf, maxGroupBytes } from './many-writes.ts';
import { tableStorageTable } from './table-storage-table.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

interface Thing {
  readonly group: string;
  readonly id: string;
  readonly body?: string;
  readonly kind?: string;
}

const things = table('things', {
  item: anything<Thing>(),
  key: ['group', 'id'],
  indexes: { byKind: ['group', 'kind'] },
});
const large = table('large', {
  item: anything<Thing>(),
  key: ['group', 'id'],
  maxItemBytes: tableStorageTable().limits['maxItemBytes']!.max,
});
const codeOf = (error: unknown): string => (error as PortError).code;

test.each([
  ['ASCII, which takes most in UTF-16', 'x'],
  ['quotes, which take most in JSON', '"'],
  ['characters of three bytes', '中'],
  ['characters of two units', '\u{1f600}'],
])('holds the largest item that it allows: %s', async (_, unit) => {
  await using harness = new TableHarness(engine);
  const open = await harness.open(large);
  const room = large.maxItemBytes - JSON.stringify({ group: 'g', id: 'a', body: '' }).length;
  const body = unit.repeat(Math.floor(room / (Buffer.byteLength(JSON.stringify(unit)) - 2)));
  await open.put({ group: 'g', id: 'a', body });
  expect((await open.get({ group: 'g', id: 'a' }))?.item.body === body).toBe(true);
});

test('refuses a transaction over the 4 MiB of a group, and does nothing', async () => {
  await using harness = new TableHarness(engine);
  const open = await harness.open(things);
  const writes = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ put: { group: 'g', id: `i${n}`, body: 'x'.repeat(kibibytes(340)) } }));
  await expect(open.transact(writes(12))).rejects.toMatchObject({ code: 'too-large' });
  expect((await open.query({ partition: 'g' })).items).toEqual([]);
  expect(await open.transact(writes(11))).toEqual({ kind: 'written' });
});

test('cuts many writes up where a group is full, by count and by bytes', () => {
  const put = (n: number, bytes: number) => ({
    kind: 'put' as const,
    address: { partitionKey: 'p', rowKey: String(n) },
    draft: { version: 'v', json: 'x'.repeat(bytes), expiresAt: undefined },
    fields: {},
    condition: undefined,
  });
  const sizes = (count: number, bytes: number): number[] =>
    groupsOf(Array.from({ length: count }, (_, n) => put(n, bytes))).map(({ length }) => length);
  expect(sizes(250, 10)).toEqual([100, 100, 50]);
  expect(sizes(10, maxGroupBytes / 4)).toEqual([3, 3, 3, 1]);
});

test('pages over more rows than Table Storage gives at once, in both orders, and none twice', async () => {
  await using harness = new TableHarness(engine);
  const open = await harness.open(large);
  const ids = Array.from({ length: 2_300 }, (_, n) => String(n).padStart(5, '0'));
  for (let start = 0; start < ids.length; start += 1_000)
    await open.writeMany(
      ids.slice(start, start + 1_000).map((id) => ({ put: { group: 'g', id }, condition: 'absent' })),
    );
  for (const order of ['ascending', 'descending'] as const) {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await open.query({ partition: 'g', order, limit: 900, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.items.map(({ item }) => item.id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(order === 'ascending' ? ids : ids.toReversed());
  }
  // The end of a long range is found without reading what lies before it.
  const last = await open.query({ partition: 'g', order: 'descending', limit: 2 });
  expect(last.items.map(({ item }) => item.id)).toEqual(['02299', '02298']);
}, 30_000);

test('refuses a sort value of an index that leaves no room in its row key, and takes the longest of other texts', async () => {
  await using harness = new TableHarness(engine);
  const open = await harness.open(things);
  await expect(open.put({ group: 'g', id: 'a', kind: '/'.repeat(256) })).rejects.toMatchObject({ code: 'too-large' });
  const kind = `${'x'.repeat(40)}${'/'.repeat(216)}`;
  await open.put({ group: 'g', id: 'a', kind });
  expect((await open.query({ partition: 'g', index: 'byKind', from: kind })).items).toHaveLength(1);
});

test('tells errors of the engine by their codes', async () => {
  await using harness = new TableHarness(engine);
  const missing = await harness.openWith(things, harness.clients);
  expect(await missing.put({ group: 'g', id: 'a' }).catch(codeOf)).toBe('not-found');
  expect(await missing.get({ group: 'g', id: 'a' }).catch(codeOf)).toBe('not-found');
  expect(await missing.query({ partition: 'g' }).catch(codeOf)).toBe('not-found');
  const { AzureWebJobsStorage } = engine.env;
  const denied = { AzureWebJobsStorage: AzureWebJobsStorage!.replace(/AccountKey=\w{8}/, 'AccountKey=AAAAAAAA') };
  const stranger = await harness.openWith(things, tableClients(denied));
  expect(await stranger.get({ group: 'g', id: 'a' }).catch(codeOf)).toBe('unauthorized');
});

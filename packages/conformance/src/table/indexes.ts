import assert from 'node:assert/strict';
import type { TableRange } from '@portolan/kernel';
import type { Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { eventually, refuses } from '../suite/expect.ts';
import { idsIn, keyed, put, tableCase, type Thing, type Things } from './things.ts';

const entry = (id: string, at: string, state = 'open', group = 'g'): Thing => ({ ...keyed(id, group), state, at });

/** Queries of an index, which may lag: each waits for what it must come to show. */
export const indexCases: readonly Case[] = [
  tableCase('orders an index by the UTF-8 bytes of its sort field', async (table, harness) => {
    const ats = ['m', '\u{1f600}', '\uff5e', 'M', '~', 'mm'];
    for (const [n, at] of ats.entries()) await put(table, entry(`i${n}`, at));
    const expected = ats.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    const idOf = (at: string): string => `i${ats.indexOf(at)}`;
    await shows(harness, table, {}, expected.map(idOf));
    await shows(harness, table, { order: 'descending' }, expected.toReversed().map(idOf));
  }),
  tableCase('gathers items of all partitions in an index', async (table, harness) => {
    await put(table, entry('a', '2', 'open', 'g'));
    await put(table, entry('b', '1', 'open', 'h'));
    await put(table, entry('c', '3', 'done', 'g'));
    await shows(harness, table, {}, ['b', 'a']);
    await shows(harness, table, { partition: 'done' }, ['c']);
  }),
  tableCase('leaves items out of an index that lack one of its fields', async (table, harness) => {
    await put(table, { ...keyed('a'), state: 'open' });
    await put(table, { ...keyed('b'), at: '1' });
    await put(table, entry('c', '1'));
    await table.increment(keyed('d'), { n: 1 });
    await shows(harness, table, {}, ['c']);
  }),
  tableCase('moves an item to another place of an index when its fields change', async (table, harness) => {
    await put(table, entry('a', '1'));
    await put(table, entry('b', '2'));
    await shows(harness, table, {}, ['a', 'b']);
    await put(table, entry('a', '3'));
    await shows(harness, table, {}, ['b', 'a']);
    await table.update(keyed('a'), () => ({ write: entry('a', '3', 'done'), result: undefined }));
    await shows(harness, table, {}, ['b']);
    await shows(harness, table, { partition: 'done' }, ['a']);
    await table.transact([{ put: { ...keyed('a'), n: 1 } }]);
    await shows(harness, table, { partition: 'done' }, []);
    await table.writeMany([{ put: entry('a', '4') }, { put: entry('b', '5') }]);
    await shows(harness, table, {}, ['a', 'b']);
  }),
  tableCase('drops removed items from an index', async (table, harness) => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await put(table, entry(id, id));
    await shows(harness, table, {}, ['a', 'b', 'c', 'd', 'e']);
    await table.delete(keyed('a'));
    await table.update(keyed('b'), () => ({ delete: true, result: undefined }));
    await table.transact([{ delete: keyed('c') }]);
    await table.writeMany([{ delete: keyed('e') }]);
    await shows(harness, table, {}, ['d']);
  }),
  tableCase('shows the whole item in an index, with the version to write at', async (table, harness) => {
    await put(table, { ...entry('a', '1'), n: 1, body: { deep: [true] } });
    await table.increment(keyed('a'), { n: 1 });
    await eventually(harness, async () => {
      const [found] = (await table.query({ partition: 'open', index: 'byState' })).items;
      assert.deepEqual(found, await table.get(keyed('a')));
      assert.equal(found?.item.n, 2);
    });
  }),
  tableCase('takes ranges of an index from inclusive to exclusive', async (table, harness) => {
    for (const id of ['a', 'b', 'c', 'd']) await put(table, entry(id, id));
    await shows(harness, table, {}, ['a', 'b', 'c', 'd']);
    await shows(harness, table, { from: 'b' }, ['b', 'c', 'd']);
    await shows(harness, table, { to: 'c' }, ['a', 'b']);
    await shows(harness, table, { from: 'b', to: 'd', order: 'descending' }, ['c', 'b']);
  }),
  tableCase('gives items of one index place once whatever the page size', async (table, harness) => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'h'];
    // Four share a place, across two partitions of the table.
    for (const [n, id] of ids.entries())
      await put(table, entry(id, n < 4 ? '5' : String(n), 'open', n % 2 === 0 ? 'g' : 'h'));
    await eventually(harness, async () => {
      for (const order of ['ascending', 'descending'] as const) {
        for (let limit = 1; limit <= ids.length + 1; limit++) {
          const found = await idsIn(table, { partition: 'open', index: 'byState', limit, order });
          assert.deepEqual(found.toSorted(), ids, `limit ${limit}, ${order}`);
        }
      }
    });
  }),
  tableCase('refuses the cursor of another query on an index', async (table, harness) => {
    for (const id of ['a', 'b', 'c']) await put(table, entry(id, id));
    const cursor = await eventually(harness, async () => {
      const page = await table.query({ partition: 'open', index: 'byState', limit: 1 });
      assert.ok(page.cursor !== undefined);
      return page.cursor;
    });
    const index = 'byState';
    await refuses('invalid', () => table.query({ partition: 'open', cursor }), 'no index');
    await refuses('invalid', () => table.query({ partition: 'done', index, cursor }), 'another partition');
    await refuses('invalid', () => table.query({ partition: 'open', index, from: 'a', cursor }), 'another range');
    await refuses(
      'invalid',
      () => table.query({ partition: 'open', index, order: 'descending', cursor }),
      'another order',
    );
  }),
];

async function shows(
  harness: Harness,
  table: Things,
  range: Partial<TableRange<'byState'>>,
  ids: readonly string[],
): Promise<void> {
  const whole = { partition: 'open', index: 'byState', ...range } as const;
  await eventually(harness, async () => assert.deepEqual(await idsIn(table, whole), ids, JSON.stringify(whole)));
}

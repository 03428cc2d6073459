import assert from 'node:assert/strict';
import { maxPageItems, type TableRange } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { everything, idsIn, keyed, put, tableCase, type Things } from './things.ts';

// Where UTF-16 and UTF-8 disagree (surrogates against U+E000 and above), where engines have separators, and where
// prefixes and '~', the last of ASCII, tempt to shortcuts.
const awkward = [
  'a', 'aa', 'a~', 'a!', 'a/', 'a0', 'A', 'Z', '~', '~~', '!', ' ', '#', '?', '%', '%2F', "'", '"', '\\', '/', '|', ':', '+', '=',
  '0', '9', '10', '_', '-', '\u00a0', 'é', 'e\u0301', 'ß', 'ÿ', 'Ā', '中', '\ud7ff', '\ue000', '\uff5e', '\ufffd', '\u{10000}', '\u{1f600}',
  '\u{10ffff}', '\u{1f600}~', 'z\u{1f600}', 'z\uff5e',
]; // prettier-ignore
const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Queries of a partition: order, ranges, pages. */
export const queryCases: readonly Case[] = [
  tableCase('orders a partition by the UTF-8 bytes of the sort key', async (table) => {
    await Promise.all(awkward.map((id) => put(table, keyed(id))));
    const expected = awkward.toSorted(byBytes);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), expected);
    assert.deepEqual(await idsIn(table, { partition: 'g', order: 'descending' }), expected.toReversed());
  }),
  tableCase('finds items under partition keys of every character', async (table) => {
    await Promise.all(awkward.map((group, n) => put(table, { ...keyed('x', group), n })));
    for (const [n, group] of awkward.entries()) {
      const { items } = await table.query({ partition: group });
      assert.deepEqual(
        items.map(({ item }) => item),
        [{ ...keyed('x', group), n }],
      );
    }
  }),
  tableCase('takes ranges from a key inclusive to a key exclusive, in both orders', async (table) => {
    await fill(table, awkward);
    const sorted = awkward.toSorted(byBytes);
    const bounds = ['a', 'a~', '~', '\ue000', '\u{1f600}', 'between', '\u{10ffff}'];
    for (const from of [undefined, ...bounds]) {
      for (const to of [undefined, ...bounds]) {
        if (from !== undefined && to !== undefined && byBytes(from, to) >= 0) continue;
        const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
        const inside = sorted.filter(
          (id) => (from === undefined || byBytes(id, from) >= 0) && (to === undefined || byBytes(id, to) < 0),
        );
        assert.deepEqual(await idsIn(table, { partition: 'g', ...range }), inside, JSON.stringify(range));
        const backwards = await idsIn(table, { partition: 'g', ...range, order: 'descending' });
        assert.deepEqual(backwards, inside.toReversed(), `${JSON.stringify(range)}, descending`);
      }
    }
  }),
  tableCase('gives everything once whatever the page size, in both orders', async (table) => {
    const ids = ['a', 'aa', 'b', 'é', '~', '\uff5e', '\u{1f600}'];
    await fill(table, ids);
    const sorted = ids.toSorted(byBytes);
    for (let limit = 1; limit <= ids.length + 1; limit++) {
      assert.deepEqual(await idsIn(table, { partition: 'g', limit }), sorted, `limit ${limit}`);
      assert.deepEqual(
        await idsIn(table, { partition: 'g', limit, order: 'descending' }),
        sorted.toReversed(),
        `limit ${limit}, descending`,
      );
      const inside = await idsIn(table, { partition: 'g', limit, from: 'aa', to: '\u{1f600}' });
      assert.deepEqual(inside, sorted.slice(1, -1), `limit ${limit} of a range`);
    }
  }),
  tableCase('gives at most 100 items in a page without a limit, and at most 1,000 with one', async (table) => {
    const ids = Array.from({ length: 130 }, (_, n) => String(n).padStart(3, '0'));
    await fill(table, ids);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ids);
    assert.deepEqual(await idsIn(table, { partition: 'g', limit: maxPageItems }), ids);
  }),
  tableCase('refuses a limit outside 1 to 1,000', async (table) => {
    for (const limit of [0, -1, maxPageItems + 1, 1.5, Number.NaN]) {
      await refuses('invalid', () => table.query({ partition: 'g', limit }), `limit ${limit}`);
    }
  }),
  tableCase('refuses an index that was not declared', async (table) => {
    const range = { partition: 'g', index: 'byNothing' } as unknown as TableRange<'byState'>;
    await refuses('invalid', () => table.query(range), 'an unknown index');
  }),
  tableCase('refuses the cursor of another partition, range, order or index', async (table) => {
    await fill(table, ['a', 'b', 'c']);
    await fill(table, ['a', 'b', 'c'], 'other');
    const { cursor } = await table.query({ partition: 'g', from: 'a', limit: 1 });
    assert.ok(cursor !== undefined, 'one of three items came, without a cursor to the others');
    const others: readonly TableRange<'byState'>[] = [
      { partition: 'other', from: 'a' },
      { partition: 'g', from: 'b' },
      { partition: 'g' },
      { partition: 'g', from: 'a', to: 'c' },
      { partition: 'g', from: 'a', order: 'descending' },
      { partition: 'g', from: 'a', index: 'byState' },
    ];
    for (const range of others)
      await refuses('invalid', () => table.query({ ...range, cursor }), JSON.stringify(range));
  }),
  tableCase('refuses a cursor that no page gave', async (table) => {
    await fill(table, ['a', 'b']);
    const junk = ['junk', '{}', 'bnVsbA==', 'eyJpZCI6ImEifQ', '%', 'null', '[]', '0'];
    for (const cursor of junk)
      await refuses('invalid', () => table.query({ partition: 'g', cursor }), `cursor ${cursor}`);
  }),
  tableCase('goes on from a cursor whose item was removed, and shows what came behind it', async (table) => {
    await fill(table, ['a', 'b', 'd']);
    const page = await table.query({ partition: 'g', limit: 2 });
    assert.ok(page.cursor !== undefined);
    const last = page.items.at(-1)!.item.id;
    await table.delete(keyed(last));
    await fill(table, ['0', 'e']);
    const rest = await everything(table, { partition: 'g', limit: 2, cursor: page.cursor });
    const expected = ['a', 'b', 'd', 'e'].filter((id) => id > last);
    assert.deepEqual(
      rest.map(({ item }) => item.id),
      expected,
    );
  }),
  tableCase('answers a partition without items with an empty last page', async (table) => {
    await fill(table, ['a']);
    assert.deepEqual(await table.query({ partition: 'nobody' }), { items: [] });
    assert.deepEqual(await idsIn(table, { partition: 'g', from: 'b' }), []);
  }),
  tableCase('gives just the items of the partition asked for', async (table) => {
    await fill(table, ['a', 'b']);
    await fill(table, ['a', 'c'], 'g0');
    await fill(table, ['d'], 'G');
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ['a', 'b']);
    assert.deepEqual(await idsIn(table, { partition: 'g0' }), ['a', 'c']);
  }),
  tableCase('shows a query every write that was answered before it began', async (table) => {
    for (let n = 0; n < 10; n++) {
      await put(table, { ...keyed('a'), n });
      await put(table, { ...keyed(`b${n}`), n });
      const { items } = await table.query({ partition: 'g' });
      assert.deepEqual(
        items.map(({ item }) => item.n),
        [n, ...Array.from({ length: n + 1 }, (_, i) => i)],
      );
    }
    for (let n = 0; n < 10; n++) await table.delete(keyed(`b${n}`));
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ['a']);
  }),
];

async function fill(table: Things, ids: readonly string[], group = 'g'): Promise<void> {
  await Promise.all(ids.map((id) => put(table, keyed(id, group))));
}

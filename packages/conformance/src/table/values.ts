import assert from 'node:assert/strict';
import type { Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { idsIn, keyed, put, standing, tableCase, things, type Thing, type Things } from './things.ts';

const a = keyed('a');

/** What items may hold, and that what was written is the table's alone. */
export const valueCases: readonly Case[] = [
  roundTrip('text of every script', {
    plain: 'text', empty: '', quotes: `'"\`\\`, lines: 'a\r\n\tb', nul: 'a\0b', combining: 'e\u0301 é', right: 'שלום',
    han: '漢字', astral: '\u{1f469}\u200d\u{1f680}\u{10ffff}', separators: '\u2028\u2029', markup: '<a href="?x&y">%20</a>',
  }), // prettier-ignore
  roundTrip('numbers to the last digit', {
    zero: 0, one: 1, negative: -1, fraction: 0.1, sum: 0.1 + 0.2, pi: Math.PI, safe: Number.MAX_SAFE_INTEGER,
    unsafe: Number.MIN_SAFE_INTEGER, large: Number.MAX_VALUE, small: Number.MIN_VALUE, exponent: 1e21, tiny: -1.5e-9,
  }), // prettier-ignore
  roundTrip('null, booleans, and empty and nested structures', {
    nothing: null, yes: true, no: false, list: [], object: {}, mixed: [null, [1, [2, [{ three: [false] }]]], 'x', {}],
    deep: { a: { b: { c: { d: { e: { f: null } } } } } }, nulls: [null, null],
  }), // prettier-ignore
  roundTrip('fields of awkward names', {
    'a.b': 1, $set: 2, '': 3, 'a b': 4, 'ключ': 5, constructor: 6, toString: 7, '#n': 8, ':v': 9, '0': 10, "it's": 11,
  }), // prettier-ignore
  tableCase('keeps top-level fields of the names that engines use themselves', async (table) => {
    const names = [
      'pk', 'sk', 'key', 'sort', 'partition', 'version', '_version', 'etag', 'expiresAt', 'expires_at', 'ttl', 'json', 'item', 'data', 'value',
      'PartitionKey', 'RowKey', 'Timestamp', 'odata', '__name__', 'rowid', 'name', 'type', 'size', 'status',
    ]; // prettier-ignore
    const item = { ...a, ...Object.fromEntries(names.map((name, n) => [name, n])) };
    await put(table, item);
    assert.deepEqual((await standing(table, a)).item, item);
    await table.increment(a, { version: 10, ttl: 10, status: 10 });
    const { item: after } = await standing(table, a);
    assert.deepEqual(after, { ...item, version: 15, ttl: 20, status: 34 });
  }),
  tableCase('keeps what was written when the writer changes its object', async (table) => {
    const body = { list: [1] };
    const item = { ...a, body };
    await put(table, item);
    const shared = { ...keyed('b'), body };
    await table.update(keyed('b'), () => ({ write: shared, result: undefined }));
    await table.transact([{ put: { ...keyed('c'), body } }]);
    body.list.push(2);
    for (const id of ['a', 'b', 'c']) assert.deepEqual((await standing(table, keyed(id))).item.body, { list: [1] }, id);
  }),
  tableCase('keeps what was written when a reader changes what it got', async (table) => {
    await put(table, { ...a, body: { list: [1] }, n: 1 });
    const spoil = (item: Thing | undefined): void => {
      (item?.body as { list: number[] }).list.push(2);
    };
    spoil((await standing(table, a)).item);
    assert.deepEqual((await standing(table, a)).item.body, { list: [1] });
    spoil((await table.query({ partition: 'g' })).items[0]?.item);
    spoil(await table.increment(a, { n: 0 }));
    await table.update(a, (current) => ({ result: spoil(current?.item) }));
    assert.deepEqual((await standing(table, a)).item, { ...a, body: { list: [1] }, n: 1 });
  }),
  tableCase('keeps everything over a restart of the process', async (table, harness) => {
    const versions = new Map<string, string>();
    const expiresAt = harness.now() + 60_000;
    for (const id of ['a', 'b', 'c'])
      versions.set(id, await put(table, { ...keyed(id), n: 1, state: 'open', at: id }, { expiresAt }));
    await table.delete(keyed('b'));
    await table.increment(keyed('c'), { n: 1 });
    const before = await standing(table, keyed('c'));
    const reopened = await restarted(harness);
    assert.deepEqual(await standing(reopened, a), {
      item: { ...a, n: 1, state: 'open', at: 'a' },
      version: versions.get('a'),
      expiresAt,
    });
    assert.deepEqual(await standing(reopened, keyed('c')), before);
    assert.deepEqual(await idsIn(reopened, { partition: 'g' }), ['a', 'c']);
    await put(reopened, keyed('b'), { condition: 'absent' });
    assert.notEqual((await standing(reopened, keyed('b'))).version, versions.get('b'), 'a version came twice');
  }),
];

/** The table as a new process finds it. */
async function restarted(harness: Harness): Promise<Things> {
  // Where the engine is not ours to end, a client that begins anew still has to find what the one before it wrote.
  await harness.restart?.();
  return harness.open(things);
}

function roundTrip(what: string, body: Readonly<Record<string, unknown>>): Case {
  return tableCase(`gives back ${what}`, async (table) => {
    await put(table, { ...a, body });
    assert.deepEqual((await standing(table, a)).item, { ...a, body });
    assert.deepEqual((await table.query({ partition: 'g' })).items[0]?.item, { ...a, body });
  });
}

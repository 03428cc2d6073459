import assert from 'node:assert/strict';
import { maxKeyBytes, type ContractOf } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import {
  idsIn,
  keyed,
  put,
  smallThings,
  standing,
  tableCase,
  type Thing,
  type ThingKey,
  type Things,
} from './things.ts';

// Each fills the limit: with characters of one, two, three and four bytes.
const longest = ['x', 'é', '中x', '\u{1f600}'].map((unit) => unit.repeat(maxKeyBytes / Buffer.byteLength(unit)));
const malformed: readonly (readonly [what: string, part: unknown])[] = [
  ...longest.map((part) => [`257 bytes, the most of them "${part.slice(0, 2)}"`, `${part}x`] as const),
  ['the empty string', ''],
  ['NUL', 'a\0b'],
  ['a line feed', 'a\nb'],
  ['DEL', 'a\x7f'],
  ['a C1 control', '\x85'],
  ['half a surrogate pair, which UTF-8 cannot hold', 'a\ud800b'],
  ['a number', 7],
  ['nothing', undefined],
  ['null', null],
];

/** Limits of keys and sizes. */
export const limitCases: readonly Case[] = [
  tableCase('takes key fields of 256 bytes', async (table) => {
    for (const group of longest) {
      for (const id of longest) await put(table, { ...keyed(id, group), n: 1 });
      assert.deepEqual((await idsIn(table, { partition: group })).toSorted(), longest.toSorted());
    }
    assert.equal((await standing(table, keyed(longest[3]!, longest[1]!))).item.n, 1);
  }),
  ...malformed.map(([what, part]) =>
    tableCase(`refuses a key field of ${what}, wherever a key is taken`, async (table) => {
      await refusesEverywhere(table, { group: 'g', id: part } as ThingKey);
      await refusesEverywhere(table, { group: part, id: 'a' } as ThingKey);
    }),
  ),
  tableCase('refuses to query a partition that no key can name', async (table) => {
    for (const [what, part] of malformed)
      await refuses('invalid', () => table.query({ partition: part as string }), what);
  }),
  smallCase('takes an item that just fits, by its JSON in UTF-8', async (table) => {
    for (const unit of ['x', 'é', '中', '\u{1f600}']) {
      const item = sized(unit, 0);
      assert.equal((await table.put(item)).kind, 'written');
      assert.deepEqual((await table.get(item))?.item, item);
    }
  }),
  smallCase('refuses an item of one byte more than fits, in every write, and writes nothing', async (table) => {
    for (const unit of ['x', 'é', '中', '\u{1f600}']) {
      const item = sized(unit, 1);
      const fine = { group: 'g', id: 'fine' };
      await refuses('too-large', () => table.put(item), `put of ${unit}`);
      await refuses(
        'too-large',
        () => table.update(item, () => ({ write: item, result: undefined })),
        `update of ${unit}`,
      );
      await refuses('too-large', () => table.transact([{ put: fine }, { put: item }]), `transaction of ${unit}`);
    }
    assert.deepEqual((await table.query({ partition: 'g' })).items, []);
  }),
  tableCase('carries items of 350 KiB, many to a page', async (table) => {
    const text = 'x中'.repeat(89_000);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await put(table, { ...keyed(id), body: `${id}${text}` });
    assert.equal((await standing(table, keyed('b'))).item.body, `b${text}`);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ids);
  }),
  smallCase('refuses an item over the limit of its table where a fresh table would take it', async (table, big) => {
    const item = { group: 'g', id: 'a', body: 'x'.repeat(2_000) };
    await refuses('too-large', () => table.put(item), 'the small table');
    assert.equal((await big.put(item)).kind, 'written');
  }),
];

async function refusesEverywhere(table: Things, key: ThingKey): Promise<void> {
  await refuses('invalid', () => table.get(key), 'get');
  await refuses('invalid', () => table.getMany([keyed('fine'), key]), 'many reads');
  await refuses('invalid', () => table.put(key), 'put');
  await refuses('invalid', () => table.delete(key), 'delete');
  await refuses('invalid', () => table.update(key, () => ({ write: key, result: undefined })), 'update');
  await refuses('invalid', () => table.increment(key, { n: 1 }), 'increment');
  await refuses('invalid', () => table.transact([{ put: keyed('fine') }, { put: key }]), 'a put in a transaction');
  await refuses(
    'invalid',
    () => table.transact([{ put: keyed('fine') }, { delete: key }]),
    'a removal in a transaction',
  );
  await refuses('invalid', () => table.transact([{ check: key, condition: 'absent' }]), 'a check in a transaction');
  await refuses('invalid', () => table.writeMany([{ put: keyed('fine') }, { put: key }]), 'a put of many writes');
  await refuses('invalid', () => table.writeMany([{ put: keyed('fine') }, { delete: key }]), 'a removal of many');
  assert.equal(await table.get(keyed('fine')), undefined);
}

function smallCase(title: string, run: (table: ContractOf<typeof smallThings>, big: Things) => Promise<void>): Case {
  return tableCase(title, async (big, harness) => run(await harness.open(smallThings), big));
}

/** An item whose JSON has `excess` bytes more than fit, filled up with a character. */
function sized(unit: string, excess: number): Thing {
  const empty: Thing = { group: 'g', id: 'sized', body: '' };
  const spare = smallThings.maxItemBytes + excess - Buffer.byteLength(JSON.stringify(empty));
  const count = Math.floor(spare / Buffer.byteLength(unit));
  const item = { ...empty, body: unit.repeat(count) + 'x'.repeat(spare - count * Buffer.byteLength(unit)) };
  assert.equal(Buffer.byteLength(JSON.stringify(item)), smallThings.maxItemBytes + excess);
  return item;
}

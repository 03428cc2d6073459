import assert from 'node:assert/strict';
import { maxTransactWrites } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { idsIn, keyed, put, standing, tableCase, type Thing, type Things } from './things.ts';

const numbered = (count: number, n: number): Thing[] =>
  Array.from({ length: count }, (_, index) => ({ ...keyed(`t${String(index).padStart(3, '0')}`), n }));

/** `transact`: all of the writes or none. */
export const transactionCases: readonly Case[] = [
  tableCase('does all writes of a transaction: puts, removals and checks', async (table) => {
    await put(table, { ...keyed('b'), n: 1 });
    const version = await put(table, { ...keyed('c'), n: 1 });
    const result = await table.transact([
      { put: { ...keyed('a'), n: 2 }, condition: 'absent' },
      { delete: keyed('b') },
      { check: keyed('c'), condition: { version } },
      { put: { ...keyed('d'), n: 2 } },
      { delete: keyed('e') },
      { check: keyed('f'), condition: 'absent' },
    ]);
    assert.deepEqual(result, { kind: 'written' });
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ['a', 'c', 'd']);
    assert.equal((await standing(table, keyed('c'))).version, version, 'a check writes nothing');
  }),
  ...['first', 'middle', 'last'].map((place, index) =>
    tableCase(`does nothing when the ${place} condition of a transaction fails, and tells its index`, async (table) => {
      const older = await put(table, { ...keyed('b'), n: 1 });
      await put(table, { ...keyed('b'), n: 2 });
      const writes = [{ put: keyed('a') }, { delete: keyed('c') }];
      await put(table, keyed('c'));
      const failing = { put: { ...keyed('b'), n: 3 }, condition: { version: older } };
      const result = await table.transact([...writes.slice(0, index), failing, ...writes.slice(index)]);
      assert.deepEqual(result, { kind: 'conflict', index });
      assert.equal(await table.get(keyed('a')), undefined);
      assert.equal((await standing(table, keyed('b'))).item.n, 2);
      await standing(table, keyed('c'));
    }),
  ),
  tableCase('refuses a transaction by each kind of condition', async (table) => {
    const older = await put(table, keyed('a'));
    const version = await put(table, keyed('a'));
    const conflict = { kind: 'conflict', index: 1 };
    const marker = { put: keyed('marker') };
    assert.deepEqual(await table.transact([marker, { put: keyed('a'), condition: 'absent' }]), conflict);
    assert.deepEqual(await table.transact([marker, { delete: keyed('a'), condition: { version: older } }]), conflict);
    assert.deepEqual(await table.transact([marker, { check: keyed('a'), condition: 'absent' }]), conflict);
    assert.deepEqual(await table.transact([marker, { check: keyed('a'), condition: { version: older } }]), conflict);
    assert.deepEqual(await table.transact([marker, { check: keyed('x'), condition: { version } }]), conflict);
    assert.deepEqual(await table.transact([marker, { delete: keyed('x'), condition: { version } }]), conflict);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ['a']);
  }),
  tableCase('answers a transaction of checks alone', async (table) => {
    const version = await put(table, keyed('a'));
    const checks = [
      { check: keyed('a'), condition: { version } },
      { check: keyed('b'), condition: 'absent' },
    ] as const;
    assert.deepEqual(await table.transact(checks), { kind: 'written' });
    await put(table, keyed('b'));
    assert.deepEqual(await table.transact(checks), { kind: 'conflict', index: 1 });
    assert.equal((await standing(table, keyed('a'))).version, version);
  }),
  tableCase('takes 100 writes in one transaction', async (table) => {
    const items = numbered(maxTransactWrites, 1);
    assert.deepEqual(await table.transact(items.map((item) => ({ put: item }))), { kind: 'written' });
    assert.deepEqual(
      await idsIn(table, { partition: 'g' }),
      items.map(({ id }) => id),
    );
  }),
  tableCase('refuses 101 writes in one transaction, and does none', async (table) => {
    const writes = numbered(maxTransactWrites + 1, 1).map((item) => ({ put: item }));
    await refuses('invalid', () => table.transact(writes), '101 writes');
    assert.deepEqual(await idsIn(table, { partition: 'g' }), []);
  }),
  tableCase('refuses a key named twice in one transaction, and does nothing', async (table) => {
    const first = { put: keyed('a') };
    await refuses('invalid', () => table.transact([first, { put: { ...keyed('a'), n: 2 } }]), 'two puts');
    await refuses('invalid', () => table.transact([first, { delete: keyed('a') }]), 'a put and a removal');
    await refuses(
      'invalid',
      () => table.transact([first, { check: keyed('a'), condition: 'absent' }]),
      'a put and a check',
    );
    assert.deepEqual(await idsIn(table, { partition: 'g' }), []);
  }),
  tableCase('refuses a second partition in one transaction, and does nothing', async (table) => {
    await refuses(
      'invalid',
      () => table.transact([{ put: keyed('a') }, { put: keyed('b', 'other') }]),
      'two partitions',
    );
    assert.equal(await table.get(keyed('a')), undefined);
    assert.equal(await table.get(keyed('b', 'other')), undefined);
  }),
  tableCase('lets one of 10 concurrent transactions at one version win, whole', async (table) => {
    const version = await put(table, { ...keyed('a'), n: -1 });
    const writes = (n: number) => [
      { put: { ...keyed('b'), n } },
      { put: { ...keyed('a'), n }, condition: { version } },
      { put: { ...keyed('c'), n } },
    ];
    const results = await Promise.all(Array.from({ length: 10 }, (_, n) => table.transact(writes(n))));
    const winners = results.flatMap(({ kind }, n) => (kind === 'written' ? [n] : []));
    assert.equal(winners.length, 1, `${winners.length} of 10 won`);
    assert.deepEqual(await marks(table), Array(3).fill(winners[0]));
  }),
  tableCase('mixes no writes of concurrent transactions', async (table) => {
    const writes = (n: number) => ['c', 'a', 'b'].map((id) => ({ put: { ...keyed(id), n } }));
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => table.transact(n % 2 === 0 ? writes(n) : writes(n).reverse())),
    );
    const [first, ...rest] = await marks(table);
    assert.deepEqual(rest, [first, first]);
  }),
];

/** The counters of items a, b and c. */
async function marks(table: Things): Promise<(number | undefined)[]> {
  return Promise.all(['a', 'b', 'c'].map(async (id) => (await standing(table, keyed(id))).item.n));
}

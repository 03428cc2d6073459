import assert from 'node:assert/strict';
import type { Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { eventually } from '../suite/expect.ts';
import { idsIn, keyed, put, standing, tableCase, type Things } from './things.ts';

const a = keyed('a');
// Long enough for a real engine to answer before it is over, short enough to wait for.
const lifetimeMs = 3_000;

/** Expiry: nobody ever sees what has expired, whether its storage is reclaimed or not. */
export const expiryCases: readonly Case[] = [
  tableCase('tells when an item expires, in reads and in queries', async (table, harness) => {
    const expiresAt = harness.now() + 60_000;
    const version = await put(table, { ...a, n: 1 }, { expiresAt });
    const stored = { item: { ...a, n: 1 }, version, expiresAt };
    assert.deepEqual(await standing(table, a), stored);
    assert.deepEqual((await table.query({ partition: 'g' })).items, [stored]);
    assert.deepEqual(await table.update(a, (current) => ({ result: current })), stored);
  }),
  afterExpiry('reads nothing where an item has expired', async (table) => {
    assert.equal(await table.get(a), undefined);
  }),
  tableCase('reads nothing where an item was put with an expiry that has come', async (table, harness) => {
    await put(table, a, { expiresAt: harness.now() - 60_000 });
    await put(table, keyed('b'), { expiresAt: harness.now() });
    assert.equal(await table.get(a), undefined);
    assert.equal(await table.get(keyed('b')), undefined);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), []);
  }),
  afterExpiry('shows no expired item in a query, whatever the page size', async (table) => {
    for (const id of ['0', 'b', 'c']) await put(table, keyed(id));
    for (const limit of [1, 2, 3, 4]) {
      assert.deepEqual(await idsIn(table, { partition: 'g', limit }), ['0', 'b', 'c'], `limit ${limit}`);
    }
  }),
  afterExpiry('shows no expired item in an index', async (table, harness) => {
    await put(table, { ...keyed('b'), state: 'open', at: '2' });
    await eventually(harness, async () =>
      assert.deepEqual(await idsIn(table, { partition: 'open', index: 'byState' }), ['b']),
    );
  }),
  afterExpiry('takes an expired item as absent in the condition of a put', async (table) => {
    await put(table, { ...a, n: 2 }, { condition: 'absent' });
    assert.deepEqual((await standing(table, a)).item, { ...a, n: 2 });
  }),
  afterExpiry('refuses the version of an expired item', async (table, _harness, version) => {
    assert.deepEqual(await table.put({ ...a, n: 2 }, { condition: { version } }), { kind: 'conflict' });
    assert.deepEqual(await table.delete(a, { condition: { version } }), { kind: 'conflict' });
    const check = { check: a, condition: { version } };
    assert.deepEqual(await table.transact([check, { put: keyed('b') }]), { kind: 'conflict', index: 0 });
    assert.equal(await table.get(keyed('b')), undefined);
  }),
  afterExpiry('takes an expired item as absent in the conditions of a transaction', async (table) => {
    const writes = [{ put: { ...a, n: 2 }, condition: 'absent' as const }, { put: keyed('b') }];
    assert.deepEqual(await table.transact([{ check: a, condition: 'absent' }, { put: keyed('c') }]), {
      kind: 'written',
    });
    assert.deepEqual(await table.transact(writes), { kind: 'written' });
    assert.deepEqual((await standing(table, a)).item, { ...a, n: 2 });
  }),
  afterExpiry('increments an expired item from nothing, and for good', async (table) => {
    assert.deepEqual(await table.increment(a, { n: 5 }), { ...a, n: 5 });
    const stored = await standing(table, a);
    assert.deepEqual(stored.item, { ...a, n: 5 });
    assert.equal('expiresAt' in stored, false);
  }),
  afterExpiry('loses no increment of 20 concurrent ones onto an expired item', async (table) => {
    await Promise.all(Array.from({ length: 20 }, () => table.increment(a, { n: 1 })));
    assert.deepEqual((await standing(table, a)).item, { ...a, n: 20 });
  }),
  afterExpiry('shows an update nothing where an item has expired', async (table) => {
    const seen = await table.update(a, (current) => ({ write: { ...a, n: 2 }, result: current }));
    assert.equal(seen, undefined);
    assert.equal((await standing(table, a)).item.n, 2);
  }),
  afterExpiry('answers the removal of an expired item as of one that is not there', async (table) => {
    assert.equal((await table.delete(a)).kind, 'written');
    assert.equal(await table.get(a), undefined);
  }),
  tableCase('keeps an item for good that was put again without an expiry', async (table, harness) => {
    for (const id of ['a', 'b', 'c', 'd']) await put(table, keyed(id), { expiresAt: harness.now() + lifetimeMs });
    await put(table, a);
    await table.update(keyed('b'), () => ({ write: keyed('b'), result: undefined }));
    await table.transact([{ put: keyed('c') }]);
    await put(table, keyed('d'), { expiresAt: harness.now() + 10 * lifetimeMs });
    await harness.pass(lifetimeMs);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ['a', 'b', 'c', 'd']);
    for (const id of ['a', 'b', 'c']) assert.equal('expiresAt' in (await standing(table, keyed(id))), false, id);
  }),
  tableCase('expires what an update, a transaction or an increment gave an expiry', async (table, harness) => {
    const expiresAt = harness.now() + lifetimeMs;
    for (const id of ['a', 'b', 'c', 'd']) await put(table, { ...keyed(id), n: 1 });
    await table.update(a, () => ({ write: a, expiresAt, result: undefined }));
    await table.transact([{ put: keyed('b'), expiresAt }]);
    await table.increment(keyed('c'), { n: 1 }, { expiresAt });
    await table.increment(keyed('new'), { n: 1 }, { expiresAt });
    for (const id of ['a', 'b', 'c', 'new']) assert.equal((await standing(table, keyed(id))).expiresAt, expiresAt, id);
    await harness.pass(lifetimeMs);
    assert.deepEqual(await idsIn(table, { partition: 'g' }), ['d']);
  }),
  tableCase('leaves the expiry as it is in an increment that names none', async (table, harness) => {
    const expiresAt = harness.now() + 60_000;
    await put(table, { ...a, n: 1 }, { expiresAt });
    assert.deepEqual(await table.increment(a, { n: 1 }), { ...a, n: 2 });
    assert.equal((await standing(table, a)).expiresAt, expiresAt);
    await table.increment(a, { n: 1 }, { expiresAt: expiresAt + 1_000 });
    assert.equal((await standing(table, a)).expiresAt, expiresAt + 1_000);
  }),
];

/** A case that begins with item `a` put, seen, and expired; `version` is the one it had. */
function afterExpiry(title: string, check: (table: Things, harness: Harness, version: string) => Promise<void>): Case {
  return tableCase(title, async (table, harness) => {
    const expiresAt = harness.now() + lifetimeMs;
    const version = await put(table, { ...a, n: 1, state: 'open', at: '1' }, { expiresAt });
    assert.equal((await standing(table, a)).item.n, 1, 'it stands until it expires');
    await harness.pass(lifetimeMs);
    await check(table, harness, version);
  });
}

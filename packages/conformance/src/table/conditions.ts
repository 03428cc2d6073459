import assert from 'node:assert/strict';
import type { Case } from '../suite/case.ts';
import { keyed, put, singles, standing, tableCase, type Things } from './things.ts';

const a = keyed('a');

/** Single reads and writes: what they answer, and what their conditions promise. */
export const conditionCases: readonly Case[] = [
  tableCase('answers undefined for what was never put', async (table) => {
    assert.equal(await table.get(a), undefined);
  }),
  tableCase('gives an item back as it was put', async (table) => {
    await put(table, { ...a, n: 1, state: 'open' });
    const stored = await standing(table, a);
    assert.deepEqual(stored.item, { ...a, n: 1, state: 'open' });
    assert.equal(typeof stored.version, 'string');
    assert.equal('expiresAt' in stored, false, 'an item that never expires has no expiresAt');
  }),
  tableCase('replaces the whole item in a put without a condition', async (table) => {
    await put(table, { ...a, n: 1, state: 'open' });
    await put(table, { ...a, at: 'later' });
    assert.deepEqual((await standing(table, a)).item, { ...a, at: 'later' });
  }),
  tableCase('puts where the item must be absent and is', async (table) => {
    await put(table, { ...a, n: 1 }, { condition: 'absent' });
    assert.equal((await standing(table, a)).item.n, 1);
  }),
  tableCase('refuses a put where the item must be absent and stands, and leaves it alone', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    assert.deepEqual(await table.put({ ...a, n: 2 }, { condition: 'absent' }), { kind: 'conflict' });
    assert.deepEqual(await standing(table, a), { item: { ...a, n: 1 }, version });
  }),
  tableCase('puts where the version is the one that was read', async (table) => {
    await put(table, { ...a, n: 1 });
    const { version } = await standing(table, a);
    await put(table, { ...a, n: 2 }, { condition: { version } });
    assert.equal((await standing(table, a)).item.n, 2);
  }),
  tableCase('refuses a put where the version is older, and leaves the item alone', async (table) => {
    const older = await put(table, { ...a, n: 1 });
    const version = await put(table, { ...a, n: 2 });
    assert.deepEqual(await table.put({ ...a, n: 3 }, { condition: { version: older } }), { kind: 'conflict' });
    assert.deepEqual(await standing(table, a), { item: { ...a, n: 2 }, version });
  }),
  tableCase('refuses a put at a version where no item stands', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    await table.delete(a);
    assert.deepEqual(await table.put({ ...a, n: 2 }, { condition: { version } }), { kind: 'conflict' });
    assert.equal(await table.get(a), undefined);
  }),
  tableCase('removes an item, and answers the same where there is none', async (table) => {
    await put(table, { ...a, n: 1 });
    assert.equal((await table.delete(a)).kind, 'written');
    assert.equal(await table.get(a), undefined);
    assert.equal((await table.delete(a)).kind, 'written');
  }),
  tableCase('removes an item at the version that was read, and at no older one', async (table) => {
    const older = await put(table, { ...a, n: 1 });
    const version = await put(table, { ...a, n: 2 });
    assert.deepEqual(await table.delete(a, { condition: { version: older } }), { kind: 'conflict' });
    assert.equal((await standing(table, a)).item.n, 2);
    assert.equal((await table.delete(a, { condition: { version } })).kind, 'written');
    assert.equal(await table.get(a), undefined);
  }),
  tableCase('refuses a removal at a version where no item stands', async (table) => {
    const version = await put(table, a);
    await table.delete(a);
    assert.deepEqual(await table.delete(a, { condition: { version } }), { kind: 'conflict' });
  }),
  tableCase('gives another version after every write, even of the same item', async (table) => {
    const versions = [await put(table, { ...a, n: 1 })];
    const writes: readonly (() => Promise<unknown>)[] = [
      () => table.put({ ...a, n: 1 }),
      () => table.update(a, () => ({ write: { ...a, n: 1 }, result: undefined })),
      () => table.transact([{ put: { ...a, n: 1 } }]),
      () => table.writeMany([{ put: { ...a, n: 1 } }]),
      () => table.increment(a, { n: 0 }),
      () => table.increment(a, { n: 1 }),
    ];
    for (const write of writes) {
      await write();
      versions.push((await standing(table, a)).version);
    }
    assert.equal(new Set(versions).size, versions.length, `versions came twice: ${versions.join(', ')}`);
  }),
  tableCase('gives no version of a removed item to the one put in its place', async (table) => {
    const versions: string[] = [];
    for (let round = 0; round < 5; round++) {
      versions.push(await put(table, { ...a, n: 1 }));
      await table.delete(a);
    }
    versions.push(await put(table, { ...a, n: 1 }));
    assert.equal(new Set(versions).size, versions.length, `versions came twice: ${versions.join(', ')}`);
    assert.deepEqual(await table.put(a, { condition: { version: versions[0]! } }), { kind: 'conflict' });
  }),
  tableCase('answers a put with the version that reads and queries then give', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    assert.equal((await standing(table, a)).version, version);
    assert.deepEqual((await table.query({ partition: 'g' })).items, [{ item: { ...a, n: 1 }, version }]);
  }),
  tableCase('keeps the version of an item that nobody writes', async (table) => {
    const version = await put(table, a);
    await put(table, keyed('b'));
    assert.deepEqual(await table.put({ ...a, n: 1 }, { condition: { version: 'never-given-out' } }), {
      kind: 'conflict',
    });
    assert.equal((await standing(table, a)).version, version);
  }),
  tableCase('keeps keys apart that read the same when joined', async (table) => {
    const keys = [
      keyed('c', 'ab'),
      keyed('bc', 'a'),
      keyed('b', 'a/c'),
      keyed('c/b', 'a'),
      keyed('b:c', 'a'),
      keyed('c', 'a:b'),
    ];
    for (const [n, key] of keys.entries()) await put(table, { ...key, n }, { condition: 'absent' });
    for (const [n, key] of keys.entries()) assert.deepEqual((await standing(table, key)).item, { ...key, n });
  }),
  {
    title: 'holds items under a key of a single field',
    async run(harness) {
      const table = await harness.open(singles);
      await table.put({ id: 'x', group: 'one', n: 1 });
      await table.put({ id: 'y', group: 'one', n: 2 });
      assert.equal((await table.get({ id: 'x' }))?.item.n, 1);
      assert.deepEqual(
        (await table.query({ partition: 'y' })).items.map(({ item }) => item.n),
        [2],
      );
      await table.delete({ id: 'x' });
      assert.equal(await table.get({ id: 'x' }), undefined);
      assert.equal((await table.get({ id: 'y' }))?.item.n, 2);
    },
  },
  tableCase('lets one of 20 concurrent puts win where the item must be absent', async (table) => {
    await oneWins(table, (n) => table.put({ ...a, n }, { condition: 'absent' }));
  }),
  tableCase('lets one of 20 concurrent puts win at one version', async (table) => {
    const version = await put(table, { ...a, n: -1 });
    await oneWins(table, (n) => table.put({ ...a, n }, { condition: { version } }));
  }),
  tableCase('lets one of a put and a removal at one version win', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    const [written, removed] = await Promise.all([
      table.put({ ...a, n: 2 }, { condition: { version } }),
      table.delete(a, { condition: { version } }),
    ]);
    assert.deepEqual([written.kind, removed.kind].sort(), ['conflict', 'written']);
    assert.equal((await table.get(a))?.item.n, written.kind === 'written' ? 2 : undefined);
  }),
];

async function oneWins(table: Things, write: (n: number) => Promise<{ readonly kind: string }>): Promise<void> {
  const results = await Promise.all(Array.from({ length: 20 }, (_, n) => write(n)));
  const winners = results.flatMap(({ kind }, n) => (kind === 'written' ? [n] : []));
  assert.equal(winners.length, 1, `${winners.length} of 20 won`);
  assert.equal((await standing(table, a)).item.n, winners[0]);
}

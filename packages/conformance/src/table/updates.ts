import assert from 'node:assert/strict';
import { PortError } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { keyed, put, standing, tableCase, type Things } from './things.ts';

const a = keyed('a');

/** `update` and `increment`: atomic steps, whoever else writes. */
export const updateCases: readonly Case[] = [
  tableCase('shows an update nothing where nothing stands, and writes what it decides', async (table) => {
    const seen = await table.update(a, (current) => ({ write: { ...a, n: 1 }, result: current }));
    assert.equal(seen, undefined);
    assert.equal((await standing(table, a)).item.n, 1);
  }),
  tableCase('shows an update the item as it stands, with its version', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    const seen = await table.update(a, (current) => ({ write: { ...a, n: 2 }, result: current }));
    assert.deepEqual(seen, { item: { ...a, n: 1 }, version });
    assert.equal((await standing(table, a)).item.n, 2);
  }),
  tableCase('removes the item where an update decides so, standing or not', async (table) => {
    await put(table, a);
    assert.equal(await table.update(a, () => ({ delete: true, result: 'gone' })), 'gone');
    assert.equal(await table.get(a), undefined);
    assert.equal(await table.update(a, () => ({ delete: true, result: 'still' })), 'still');
  }),
  tableCase('leaves item and version alone where an update decides neither', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    assert.equal(await table.update(a, ({ item } = assert.fail()) => ({ result: item.n })), 1);
    assert.deepEqual(await standing(table, a), { item: { ...a, n: 1 }, version });
    assert.equal(await table.update(keyed('b'), () => ({ result: 'none' })), 'none');
    assert.equal(await table.get(keyed('b')), undefined);
  }),
  tableCase('writes nothing where an update throws, and hands its error on', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    const refusal = new Error('the decision is no');
    const decide = (): never => {
      throw refusal;
    };
    await assert.rejects(
      async () => table.update(a, decide),
      (error) => error === refusal,
    );
    assert.deepEqual(await standing(table, a), { item: { ...a, n: 1 }, version });
  }),
  tableCase('loses no update of 50 concurrent ones', async (table) => {
    await put(table, { ...a, n: 0 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => addOne(table)));
    assert.equal((await standing(table, a)).item.n, 50);
    // Each saw what the one before it had written: no two were answered the same.
    assert.deepEqual(
      [...answers].sort((x, y) => x - y),
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
  }),
  tableCase('loses no update of 20 concurrent ones that all begin with nothing', async (table) => {
    await Promise.all(Array.from({ length: 20 }, () => addOne(table)));
    assert.equal((await standing(table, a)).item.n, 20);
  }),
  tableCase('creates an incremented item from its key and the fields', async (table) => {
    assert.deepEqual(await table.increment(a, { n: 5, hits: -2 }), { ...a, n: 5, hits: -2 });
    assert.deepEqual((await standing(table, a)).item, { ...a, n: 5, hits: -2 });
  }),
  tableCase('adds to fields that stand, counts missing ones as 0, and leaves the others alone', async (table) => {
    await put(table, { ...a, n: 40, state: 'open', body: [1] });
    const after = { ...a, n: 42, state: 'open', body: [1], hits: 7 };
    assert.deepEqual(await table.increment(a, { n: 2, hits: 7 }), after);
    assert.deepEqual((await standing(table, a)).item, after);
    assert.equal((await table.increment(a, { n: -50 })).n, -8);
  }),
  tableCase('adds up to the largest safe integers', async (table) => {
    await table.increment(a, { n: Number.MAX_SAFE_INTEGER - 1 });
    assert.equal((await table.increment(a, { n: 1 })).n, Number.MAX_SAFE_INTEGER);
    assert.equal((await table.increment(keyed('b'), { n: Number.MIN_SAFE_INTEGER })).n, Number.MIN_SAFE_INTEGER);
  }),
  tableCase('loses no increment of 100 concurrent ones, and answers each with the item after it', async (table) => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => table.increment(a, { n: 1 })));
    assert.deepEqual(
      answers.map(({ n }) => n!).sort((x, y) => x - y),
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
    assert.equal((await standing(table, a)).item.n, 100);
  }),
  tableCase('loses neither increments nor updates when both write one item', async (table) => {
    const both = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? table.increment(a, { n: 1 }) : addOne(table)));
    await Promise.all(both);
    assert.equal((await standing(table, a)).item.n, 30);
  }),
  tableCase('refuses a put at a version from before an increment', async (table) => {
    const version = await put(table, { ...a, n: 1 });
    await table.increment(a, { n: 1 });
    assert.deepEqual(await table.put({ ...a, n: 9 }, { condition: { version } }), { kind: 'conflict' });
    assert.equal((await standing(table, a)).item.n, 2);
  }),
];

// A caller may make its decision again after a conflict; as many turns as there are writers are always enough.
async function addOne(table: Things): Promise<number> {
  for (let turn = 1; ; turn++) {
    try {
      return await table.update(a, (current) => {
        const n = (current?.item.n ?? 0) + 1;
        return { write: { ...a, n }, result: n };
      });
    } catch (error) {
      if (turn === 50 || !(error instanceof PortError) || error.code !== 'conflict') throw error;
    }
  }
}

import { compose } from '@portolan/composition';
import { startEngine } from '@portolan/conformance/engine';
import { service, table, type Schema } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { tableHarness } from '../testing/table-harness.ts';
import { firestoreTable, maxFirestoreItemBytes } from './firestore-table.ts';

interface Thing {
  readonly group: string;
  readonly id: string;
  readonly state?: string;
  readonly n?: number;
  readonly text?: string;
}
const anything: Schema<Thing> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Thing }) },
};
const shape = { item: anything, key: ['group', 'id'], indexes: { byState: ['state', 'id'] } } as const;
const large = table('large', { ...shape, maxItemBytes: maxFirestoreItemBytes });

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());
const harness = tableHarness(engine, true);

/** An item that fills the limit, with the longest of keys. */
function largest(): Thing {
  const item = { group: 'é'.repeat(128), id: 'x'.repeat(256), state: 's'.repeat(256), text: '' };
  return { ...item, text: '"'.repeat((maxFirestoreItemBytes - Buffer.byteLength(JSON.stringify(item))) / 2) };
}

test('holds an item that fills the limit, under the longest of keys, in an index, with counters', async () => {
  const things = await harness.open(large);
  const item = largest();
  expect(maxFirestoreItemBytes - Buffer.byteLength(JSON.stringify(item))).toBeLessThan(2);
  await things.put(item);
  expect((await things.get(item))?.item).toEqual(item);
  expect(await things.increment(item, { n: 1 })).toEqual({ ...item, n: 1 });
});

test('refuses a table whose items Firestore cannot hold, before anything runs', () => {
  const larger = table('larger', { ...shape, maxItemBytes: maxFirestoreItemBytes + 1 });
  const environment = nodeEnvironment(new VirtualAlarm());
  const composed = service('s', { larger }, {});
  expect(() => compose(composed, 'gcp', { larger: firestoreTable() }, { environment })).toThrow(
    /port "larger" asks for maxItemBytes of 1024001 bytes, but firestoreTable allows 1024000 bytes; keep the large/,
  );
});

test('tells a transaction that is larger than a request may be', async () => {
  const things = await harness.open(table('many', { ...shape, maxItemBytes: maxFirestoreItemBytes }));
  const text = 'x'.repeat(1_000_000);
  const writes = Array.from({ length: 11 }, (_, n) => ({ put: { group: 'g', id: `i${n}`, text } }));
  await expect(things.transact(writes)).rejects.toMatchObject({ code: 'too-large' });
  expect((await things.query({ partition: 'g' })).items).toEqual([]);
  // Each on its own, they go in as many requests as they need.
  expect(new Set((await things.writeMany(writes)).map(({ kind }) => kind))).toEqual(new Set(['written']));
});

describe('increments', () => {
  const counters = table('counters', shape);
  const key = { group: 'g', id: 'a' };

  test('show nothing of one that was refused, since what stands is no number', async () => {
    const things = await harness.open(counters);
    await things.put({ ...key, state: 'open' });
    await expect(things.increment(key, { state: 1 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(things.increment(key, { state: 1 }, { expiresAt: harness.now() + 60_000 })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(things.increment(key, { id: 1 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(things.increment(key, { n: 0.5 })).rejects.toMatchObject({ code: 'invalid' });
    expect((await things.get(key))?.item).toEqual({ ...key, state: 'open' });
  });

  test('lose nothing where writers give one expiry, or different ones', async () => {
    const things = await harness.open(counters);
    const other = { group: 'g', id: 'b' };
    const expiries = [60_000, 60_000, 120_000].map((ms) => harness.now() + ms);
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => things.increment(other, { n: 1 }, { expiresAt: expiries[n % 3]! })),
    );
    const stored = await things.get(other);
    expect(stored?.item.n).toBe(30);
    expect(expiries).toContain(stored?.expiresAt);
  });
});

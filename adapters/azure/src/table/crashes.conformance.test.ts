import { table, type ContractOf } from '@portolan/kernel';
import type { TableClients } from '../clients/table-clients.ts';
import { anything } from '../testing/anything.ts';
import { crashingClients } from '../testing/crashing-clients.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { TableHarness, type Sweeping } from '../testing/table-harness.ts';
import { tableResources } from './resources.ts';
import { orphanAgeMs } from './sweep.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

interface Task {
  readonly group: string;
  readonly id: string;
  readonly state?: string;
  readonly due?: string;
}

const tasks = table('tasks', {
  item: anything<Task>(),
  key: ['group', 'id'],
  indexes: { byState: ['state', 'due'], byDue: ['group', 'due'] },
});
type Tasks = ContractOf<typeof tasks>;

const a: Task = { group: 'g', id: 'a', state: 'open', due: '1' };
const b: Task = { group: 'g', id: 'b', state: 'open', due: '2' };

const operations: readonly (readonly [what: string, run: (tasks: Tasks) => Promise<unknown>])[] = [
  ['a first put', (t) => t.put({ ...a, id: 'new' })],
  ['a put that moves an item', (t) => t.put({ ...a, state: 'done', due: '9' })],
  ['a put that takes an item out of its indexes', (t) => t.put({ group: 'g', id: 'a' })],
  ['an update', (t) => t.update(a, () => ({ write: { ...a, state: 'done' }, result: undefined }))],
  ['a removal', (t) => t.delete(a)],
  ['a transaction', (t) => t.transact([{ delete: a }, { put: { ...b, state: 'done' } }, { check: { group: 'g', id: 'x' }, condition: 'absent' }])],
  ['many writes', (t) => t.writeMany([{ put: { ...a, due: '7' } }, { put: { ...b, state: 'done' } }, { put: { ...a, id: 'c' } }])],
]; // prettier-ignore

/** Enough for the longest of them. */
const mostWrites = 14;

test.each(operations)(
  'shows each item in each index as it stands, wherever the process ended in %s',
  async (_, run) => {
    for (let atWrite = 1; atWrite <= mostWrites; atWrite++) {
      for (const done of [false, true]) {
        await using harness = new TableHarness(engine);
        const before = await harness.open(tasks);
        await before.writeMany([{ put: a }, { put: b }]);
        const dying = await harness.openWith(tasks, crashingClients(harness.clients, { atWrite, done }));
        await run(dying).catch(() => undefined);
        await agrees(await harness.openWith(tasks, harness.clients), `ended at write ${atWrite}, done: ${done}`);
      }
    }
  },
);

test('sweeps what was left behind, once it is old, and nothing else', async () => {
  const harnesses: TableHarness[] = [];
  for (const [, run] of operations) {
    for (let atWrite = 1; atWrite <= 5; atWrite++) {
      const harness = new TableHarness(engine);
      harnesses.push(harness);
      await (await harness.open(tasks)).writeMany([{ put: a }, { put: b }]);
      await run(await harness.openWith(tasks, crashingClients(harness.clients, { atWrite, done: true }))).catch(
        () => undefined,
      );
    }
  }
  await engine.pass(orphanAgeMs + 60_000);
  for (const harness of harnesses) {
    const swept: Tasks & Sweeping = await harness.openWith(tasks, harness.clients);
    await swept.sweep(harness.now());
    await agrees(swept, 'swept');
    const { items } = await swept.query({ partition: 'g' });
    const indexed = items.filter(({ item }) => item.state !== undefined && item.due !== undefined).length;
    const { table: itemTable, indexes } = tableResources(harness.service, tasks);
    expect(await rowsIn(harness.clients, itemTable)).toBe(items.length);
    expect(await rowsIn(harness.clients, indexes['byState']!)).toBe(indexed);
    await harness[Symbol.asyncDispose]();
  }
});

test('sweeps no row of a write that is under way', async () => {
  await using harness = new TableHarness(engine);
  await harness.open(tasks);
  // The row is there, the item is not yet: this is what another process sees in the middle of a write.
  const dying = await harness.openWith(tasks, crashingClients(harness.clients, { atWrite: 2, done: true }));
  await dying.put(a).catch(() => undefined);
  await (await harness.openWith(tasks, harness.clients)).sweep(harness.now());
  expect(await rowsIn(harness.clients, tableResources(harness.service, tasks).indexes['byState']!)).toBe(1);
});

test('sweeps expired items with their rows', async () => {
  await using harness = new TableHarness(engine);
  const swept = await harness.openWith(tasks, harness.clients).catch(() => undefined);
  const open = await harness.open(tasks);
  await open.put(a, { expiresAt: harness.now() + 1_000 });
  await open.put(b);
  await engine.pass(2_000);
  await swept!.sweep(harness.now());
  const { table: items, indexes } = tableResources(harness.service, tasks);
  expect(await rowsIn(harness.clients, items)).toBe(1);
  expect(await rowsIn(harness.clients, indexes['byDue']!)).toBe(1);
});

/** Both indexes show what the table holds, item by item. */
async function agrees(open: Tasks, what: string): Promise<void> {
  const { items } = await open.query({ partition: 'g' });
  for (const state of ['open', 'done']) {
    const shown = await open.query({ partition: state, index: 'byState' });
    const expected = items.filter(({ item }) => item.state === state && item.due !== undefined);
    expect({ what, state, items: byId(shown.items) }).toEqual({ what, state, items: byId(expected) });
  }
  const byDue = await open.query({ partition: 'g', index: 'byDue', order: 'descending' });
  expect({ what, items: byId(byDue.items) }).toEqual({
    what,
    items: byId(items.filter(({ item }) => item.due !== undefined)),
  });
}

const byId = <T extends { readonly item: Task }>(items: readonly T[]): readonly T[] =>
  items.toSorted((x, y) => (x.item.id < y.item.id ? -1 : 1));

async function rowsIn(clients: TableClients, name: string): Promise<number> {
  const client = await clients.client('AzureWebJobsStorage', name);
  let rows = 0;
  for await (const _ of client.listEntities()) rows++;
  return rows;
}

test('leaves no index row behind where nothing crashes', async () => {
  for (const [what, run] of operations) {
    await using harness = new TableHarness(engine);
    const open = await harness.open(tasks);
    await open.writeMany([{ put: a }, { put: b }]);
    await run(open);
    const { items } = await open.query({ partition: 'g' });
    const indexed = items.filter(({ item }) => item.state !== undefined && item.due !== undefined).length;
    const { table: itemTable, indexes } = tableResources(harness.service, tasks);
    const rows = [itemTable, ...Object.values(indexes)].map((name) => rowsIn(harness.clients, name));
    expect([what, ...(await Promise.all(rows))]).toEqual([what, items.length, indexed, indexed]);
  }
});

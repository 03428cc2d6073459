import { channel } from '@portolan/kernel';
import * as z from 'zod';
import { engineEnvironment } from '../testing/aws-engine.ts';
import { dynalite } from '../testing/dynalite.ts';
import { tableHarness } from '../testing/table-harness.ts';
import { Connections, connectionsPort } from './connections.ts';

const engine = await dynalite();
afterAll(() => engine[Symbol.asyncDispose]());

async function open() {
  const tables = await tableHarness(engine);
  const table = await tables.open(connectionsPort(channel('live', { message: z.string() })));
  return {
    table,
    connections: new Connections(table, engineEnvironment(engine)),
    [Symbol.asyncDispose]: () => tables[Symbol.asyncDispose](),
  };
}

async function membersOf(connections: Connections, group: string): Promise<readonly (readonly string[])[]> {
  const pages: string[][] = [];
  for await (const page of connections.members(group)) pages.push(page.map(({ connection }) => connection));
  return pages;
}

test('pages through a group of any size', async () => {
  await using here = await open();
  const ids = Array.from({ length: 1_100 }, (_, n) => `c${String(n).padStart(4, '0')}`);
  const rows = ids.map((member) => ({ put: { place: 'group all', member, since: 1 } }));
  await here.table.writeMany(rows.slice(0, 1_000));
  await here.table.writeMany(rows.slice(1_000));
  const pages = await membersOf(here.connections, 'all');
  expect(pages.map(({ length }) => length)).toEqual([1_000, 100]);
  expect(pages.flat()).toEqual(ids);
  expect(await membersOf(here.connections, 'none')).toEqual([]);
});

test('leaves nothing of a connection that joins while it is forgotten', async () => {
  await using here = await open();
  for (let round = 0; round < 20; round++) {
    const connection = `c${round}`;
    await here.connections.open(connection, ['a', 'b']);
    const joins = ['c', 'd', 'e'].map((group) => here.connections.join(connection, group));
    await Promise.all([...joins, here.connections.forget(connection)]);
    // A join that was noted before the end may still have been on its way to its group: whoever meets that row drops it.
    for (const group of ['c', 'd', 'e'])
      for (const left of (await membersOf(here.connections, group)).flat())
        await here.connections.dropFrom(group, left);
    for (const group of ['a', 'b', 'c', 'd', 'e']) expect(await membersOf(here.connections, group)).toEqual([]);
    expect(await here.connections.since(connection)).toBeUndefined();
    expect(await here.connections.join(connection, 'f')).toBe(false);
  }
});

test('notes a connection again as if for the first time, and forgets what is not known', async () => {
  await using here = await open();
  await here.connections.open('c', ['a']);
  await here.connections.open('c', ['a', 'a', 'b']);
  expect([await membersOf(here.connections, 'a'), await membersOf(here.connections, 'b')]).toEqual([[['c']], [['c']]]);
  await here.connections.forget('c');
  await here.connections.forget('c');
  expect([await membersOf(here.connections, 'a'), await membersOf(here.connections, 'b')]).toEqual([[], []]);
});

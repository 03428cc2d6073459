import { CompositionError, checkBindings } from '@portolan/composition';
import { kibibytes, service, table, type ContractOf, type TablePort } from '@portolan/kernel';
import * as z from 'zod';
import { dynalite } from '../testing/dynalite.ts';
import { tableHarness } from '../testing/table-harness.ts';
import { dynamodbTable } from './dynamodb-table.ts';

/** Any object with such fields: what is tested is the engine. */
const any = <T extends object>() => z.custom<T>();
const item = any<{ group: string; id: string; body?: string }>();
const limit = dynamodbTable().limits['maxItemBytes']!.max;
const large = table('large', { item, key: ['group', 'id'], maxItemBytes: limit });

const engine = await dynalite();
const harness = await tableHarness(engine);
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

/** An item whose JSON has just so many bytes, in fields of a kind. */
function sized(bytes: number, field: (n: number) => unknown): Record<string, unknown> {
  const fields: [string, unknown][] = [['group', 'g'], ['id', 'a']]; // prettier-ignore
  const size = () => Buffer.byteLength(JSON.stringify(Object.fromEntries([...fields, ['filler', '']])));
  const one = Buffer.byteLength(JSON.stringify(field(0))) + 10;
  const count = Math.floor((bytes - size() - 10) / one);
  for (let n = 0; n < count; n++) fields.push([`f${String(n).padStart(5, '0')}`, field(n % 10)]);
  fields.push(['filler', 'x'.repeat(bytes - size())]);
  return Object.fromEntries(fields);
}

test.each<[string, (n: number) => unknown]>([
  ['one text', () => 'é'.repeat(100_000)],
  ['many texts', () => 'text'.repeat(20)],
  ['many numbers', (n) => 1_234_567_890_123_450 + n],
  ['many lists', (n) => Array(30).fill(n)],
])('holds an item of the limit, made of %s, and no byte more', async (_, field) => {
  const opened = await harness.open(large);
  const fits = sized(limit, field) as { group: string; id: string };
  expect(Buffer.byteLength(JSON.stringify(fits))).toBe(limit);
  expect((await opened.put(fits)).kind).toBe('written');
  expect((await opened.get({ group: 'g', id: 'a' }))?.item).toEqual(fits);
  await expect(opened.put({ ...fits, body: 'more' })).rejects.toMatchObject({ code: 'too-large' });
});

test('refuses a table of larger items where it is composed', () => {
  const over = table('over', { item, key: ['group', 'id'], maxItemBytes: limit + 1 });
  const { api: _none, ...functions } = { api: undefined };
  expect(() => checkBindings(service('s', { over }, functions), { over: dynamodbTable() }, 'aws')).toThrow(
    CompositionError,
  );
});

test('refuses a transaction of more than 4 MB before it is sent', async () => {
  const opened = await harness.open(large);
  const puts = Array.from({ length: 12 }, (_, n) => ({ put: { group: 'g', id: `i${n}`, body: 'x'.repeat(kibibytes(350)) } })); // prettier-ignore
  await expect(opened.transact(puts)).rejects.toMatchObject({ code: 'too-large' });
});

test('reads a partition of more than one vendor page as one page of ours', async () => {
  const opened = await harness.open(large);
  const ids = Array.from({ length: 8 }, (_, n) => `p${n}`);
  await opened.writeMany(ids.map((id) => ({ put: { group: 'pages', id, body: 'x'.repeat(kibibytes(300)) } })));
  const page = await opened.query({ partition: 'pages' });
  expect(page.items.map(({ item: { id } }) => id)).toEqual(ids);
  expect(page.cursor).toBeUndefined();
});

test('takes bounds longer than any key', async () => {
  const opened = await harness.open(large);
  await opened.writeMany(['a', 'b', 'c'].map((id) => ({ put: { group: 'bounds', id } })));
  const found = await opened.query({
    partition: 'bounds',
    from: `a${'z'.repeat(5_000)}`,
    to: `b${'\ud83d'}${'z'.repeat(5_000)}`,
  });
  expect(found.items.map(({ item: { id } }) => id)).toEqual(['b']);
});

test('leaves out every item of an index that lies on the exclusive end', async () => {
  const port = table('ends', { item: any<{ id: string; of: string; at: string }>(), key: ['id'], indexes: { byAt: ['of', 'at'] } }); // prettier-ignore
  const opened = await harness.open(port);
  await opened.writeMany(['1', '2', '2', '2', '3'].map((at, n) => ({ put: { id: `i${n}`, of: 'x', at } })));
  for (const order of ['ascending', 'descending'] as const) {
    const { items } = await opened.query({ index: 'byAt', partition: 'x', from: '1', to: '2', limit: 2, order });
    const all = items.map(({ item: { id } }) => id);
    expect(all.filter((id) => id !== 'i0')).toEqual([]);
  }
});

describe('increments that ADD cannot do', () => {
  const counters = table('counters', { item: any<{ id: string }>(), key: ['id'] });
  const strict = table('strict', { item: z.object({ id: z.string(), name: z.string(), n: z.number() }), key: ['id'] });
  const start = async <P extends TablePort>(port: P, item: object): Promise<ContractOf<P>> => {
    const opened = await harness.open(port);
    await opened.put(item as never);
    return opened;
  };

  test('counts null as 0, and adds to numbers that DynamoDB cannot hold', async () => {
    const opened = await start(counters, { id: 'a', none: null, huge: 1e300, tiny: 5e-324, far: 1e100 });
    expect(await opened.increment({ id: 'a' }, { none: 1, huge: 1, tiny: 1, far: 1 })).toEqual({
      id: 'a', none: 1, huge: 1e300, tiny: 1, far: 1e100,
    }); // prettier-ignore
  });

  test.each([['text', 'x'], ['a list', [1]], ['an object', { n: 1 }], ['true', true]])('refuses to add to %s', async (_, value) => {
    const opened = await start(counters, { id: 'b', value });
    await expect(opened.increment({ id: 'b' }, { value: 1 })).rejects.toMatchObject({ code: 'invalid' });
    expect((await opened.get({ id: 'b' }))?.item).toEqual({ id: 'b', value });
  }); // prettier-ignore

  test('begins no item that its schema would refuse', async () => {
    const opened = await harness.open(strict);
    await expect(opened.increment({ id: 'none' }, { n: 1 })).rejects.toMatchObject({ code: 'invalid' });
    expect(await opened.get({ id: 'none' })).toBeUndefined();
    await opened.put({ id: 'one', name: 'x', n: 1 });
    expect(await opened.increment({ id: 'one' }, { n: 1 })).toEqual({ id: 'one', name: 'x', n: 2 });
  });

  test.each([0.5, Number.NaN, 2 ** 53])('refuses to add %p, and to a key', async (delta) => {
    const opened = await start(counters, { id: 'c', n: 1 });
    await expect(opened.increment({ id: 'c' }, { n: delta })).rejects.toMatchObject({ code: 'invalid' });
    await expect(opened.increment({ id: 'c' }, { id: 1 })).rejects.toMatchObject({ code: 'invalid' });
  });
});

test('refuses lone surrogates in keys, which UTF-8 would make alike', async () => {
  const opened = await harness.open(large);
  await expect(opened.put({ group: 'g', id: '\ud800' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(opened.get({ group: 'g', id: '\ud800' })).rejects.toMatchObject({ code: 'invalid' });
});

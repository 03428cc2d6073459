import assert from 'node:assert/strict';
import { kibibytes, table, type ContractOf, type PutOptions, type Stored, type TableRange } from '@portolan/kernel';
import type { Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { anything } from '../suite/expect.ts';

/** What the tables of the suite hold: a key of two fields, two fields of an index, a counter, and whatever else. */
export interface Thing {
  readonly group: string;
  readonly id: string;
  readonly state?: string;
  readonly at?: string;
  readonly n?: number;
  readonly body?: unknown;
}

export const things = table('things', {
  item: anything<Thing>(),
  key: ['group', 'id'],
  indexes: { byState: ['state', 'at'] },
});
export type Things = ContractOf<typeof things>;
export type ThingKey = { readonly group: string; readonly id: string };

/** Its items are small, so that the limit is cheap to reach. */
export const smallThings = table('small-things', {
  item: anything<Thing>(),
  key: ['group', 'id'],
  maxItemBytes: kibibytes(1),
});

/** One item to a partition. */
export const singles = table('singles', { item: anything<Thing>(), key: ['id'] });

/** A case over the `things` table. */
export function tableCase(title: string, run: (table: Things, harness: Harness) => Promise<void>): Case {
  return { title, run: async (harness) => run(await harness.open(things), harness) };
}

/** The key of an item of the group that most cases stay in. */
export const keyed = (id: string, group = 'g'): ThingKey => ({ group, id });

/** Puts an item that nothing may stand in the way of. @returns Its version. */
export async function put(table: Things, item: Thing, options: PutOptions = {}): Promise<string> {
  const result = await table.put(item, options);
  assert.ok(result.kind === 'written', `put of ${JSON.stringify(keyed(item.id, item.group))} met a conflict`);
  return result.version;
}

/** The item that must stand under a key. */
export async function standing(table: Things, key: ThingKey): Promise<Stored<Thing>> {
  const stored = await table.get(key);
  assert.ok(stored !== undefined, `nothing stands under ${JSON.stringify(key)}`);
  return stored;
}

/** Everything in a range, page by page. @throws when the pages do not come to an end. */
export async function everything(
  table: Pick<Things, 'query'>,
  range: TableRange<'byState'>,
): Promise<readonly Stored<Thing>[]> {
  const found: Stored<Thing>[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 2_000; pages++) {
    const page = await table.query({ ...range, ...(cursor === undefined ? {} : { cursor }) });
    assert.ok(page.items.length <= (range.limit ?? 100), `a page of ${page.items.length} items, over its limit`);
    found.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return found;
  }
  return assert.fail(`the pages of ${JSON.stringify(range)} do not come to an end`);
}

/** The sort keys in a range, page by page. */
export async function idsIn(table: Pick<Things, 'query'>, range: TableRange<'byState'>): Promise<readonly string[]> {
  return (await everything(table, range)).map(({ item }) => item.id);
}

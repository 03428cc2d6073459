import { checkKeyPart, maxPageItems, PortError, type Page, type TablePort, type TableRange } from '@portolan/kernel';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { Raw } from './entity.ts';
import type { EntityStore } from './entity-store.ts';
import { encodeKeyText, quoted } from './key-text.ts';
import { lastKeys, probeKeys, type KeyRange } from './last-keys.ts';

/** Pages of the vendor that one page of a query reads, at most: then it is short, and its cursor goes on. */
const maxVendorPages = 10;

/** What a range asks for, checked. */
export interface Reading {
  readonly partitionKey: string;
  readonly keys: KeyRange;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursorAt: (rowKey: string) => string;
}

/** Tells of some entities, one by one, what the query shows of them: nothing of what has expired, say. */
export type Showing<T> = (entities: readonly Raw[]) => Promise<readonly (T | undefined)[]>;

/** @throws {PortError} `invalid` for what is wrong with the range, its limit, index or cursor. */
export function readingOf(port: TablePort, range: TableRange): Reading {
  const { partition, index, from, to, order = 'ascending', limit = 100, cursor } = range;
  const subject = `table "${port.name}"`;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPageItems)
    throw new PortError('invalid', `${subject}: limit must be an integer from 1 to ${maxPageItems}, not ${limit}`);
  if (index !== undefined && !Object.hasOwn(port.indexes, index))
    throw new PortError('invalid', `${subject} has no index "${index}"`);
  checkKeyPart(port.name, 'partition', partition);
  const descending = order === 'descending';
  const scope = [port.name, index ?? null, partition, from ?? null, to ?? null, descending];
  const position = cursor === undefined ? undefined : decodeCursor(subject, scope, cursor, ['string'])[0];
  const encoded = (text: string | undefined) => (text === undefined ? undefined : encodeKeyText(text));
  const whole = { from: encoded(from), to: encoded(to) };
  const ascendingRest = { ...whole, from: position, fromOpen: true };
  return {
    partitionKey: encodeKeyText(partition),
    keys: position === undefined ? whole : descending ? { ...whole, to: position } : ascendingRest,
    descending,
    limit,
    cursorAt: (rowKey) => encodeCursor(scope, [rowKey]),
  };
}

/** One page of what a reading shows. */
export function readPage<T>(store: EntityStore, reading: Reading, show: Showing<T>): Promise<Page<T>> {
  return reading.descending ? readDescending(store, reading, show) : readAscending(store, reading, show);
}

async function readAscending<T>(store: EntityStore, reading: Reading, show: Showing<T>): Promise<Page<T>> {
  const { partitionKey, keys, limit, cursorAt } = reading;
  const items: T[] = [];
  let pages = 0;
  for await (const { entities, more } of store.pages(filterOf(partitionKey, keys), limit)) {
    const shown = await show(entities);
    for (const [index, item] of shown.entries()) {
      if (item !== undefined) items.push(item);
      const rest = more || index < entities.length - 1;
      if (items.length === limit && rest) return { items, cursor: cursorAt(entities[index]!['rowKey'] as string) };
    }
    const last = entities.at(-1);
    if (++pages >= maxVendorPages && more && last !== undefined)
      return { items, cursor: cursorAt(last['rowKey'] as string) };
  }
  return { items };
}

async function readDescending<T>(store: EntityStore, reading: Reading, show: Showing<T>): Promise<Page<T>> {
  const { partitionKey, keys, limit, cursorAt } = reading;
  const items: T[] = [];
  let rest = keys;
  for (let round = 0; round < maxVendorPages; round++) {
    const found = (await lastKeys((range) => probe(store, partitionKey, range), rest)).slice(items.length - limit);
    if (found.length === 0) return { items };
    // Read from the first of them on: with what was put there meanwhile, and cut from the end by whoever looks next.
    const entities: Raw[] = [];
    const tail = { ...rest, from: found[0], fromOpen: false };
    for await (const page of store.pages(filterOf(partitionKey, tail), probeKeys)) entities.push(...page.entities);
    const backwards = entities.reverse().slice(0, limit - items.length);
    const shown = await show(backwards);
    items.push(...shown.filter((item) => item !== undefined));
    const first = backwards.at(-1);
    rest = { ...rest, to: first === undefined ? found[0] : (first['rowKey'] as string) };
    if (items.length === limit) break;
  }
  return { items, cursor: cursorAt(rest.to!) };
}

async function probe(store: EntityStore, partitionKey: string, range: KeyRange) {
  for await (const { entities, more } of store.pages(filterOf(partitionKey, range), probeKeys, ['RowKey'])) {
    // Table Storage may answer with nothing but the place to go on from.
    if (entities.length > 0 || !more) return { keys: entities.map(({ rowKey }) => rowKey as string), more };
  }
  return { keys: [], more: false };
}

function filterOf(partitionKey: string, { from, fromOpen = false, to }: KeyRange): string {
  return [
    `PartitionKey eq ${quoted(partitionKey)}`,
    ...(from === undefined ? [] : [`RowKey ${fromOpen ? 'gt' : 'ge'} ${quoted(from)}`]),
    ...(to === undefined ? [] : [`RowKey lt ${quoted(to)}`]),
  ].join(' and ');
}

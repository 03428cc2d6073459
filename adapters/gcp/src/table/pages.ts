import { checkKeyPart, maxPageItems, type Page, type Stored, type TablePort, type TableRange } from '@portolan/kernel';
import type { Collection } from './collection.ts';
import { decodeCursor, encodeCursor } from '@portolan/node';
import { indexField, invalidIn, keyRange, type Item } from './draft.ts';
import { fieldPath, type Document, type StructuredQuery } from './firestore-wire.ts';
import { isDead, storedOf } from './stored.ts';

/** One page of a partition. Firestore orders strings by their UTF-8 bytes, and items of one place by their names. */
export async function readPage(
  collection: Collection,
  port: TablePort,
  range: TableRange,
  now: () => number,
): Promise<Page<Stored<Item>>> {
  const limit = range.limit ?? 100;
  const { query, field, scope } = planOf(collection, port, range, limit);
  const found = await collection.query(query);
  const instant = now();
  const items = found.filter((document) => !isDead(document, instant)).map((document) => storedOf(port, document));
  const last = found.length === limit ? found.at(-1) : undefined;
  return { items, ...(last === undefined ? {} : { cursor: encodeCursor(scope, positionOf(last, field)) }) };
}

function planOf(collection: Collection, port: TablePort, range: TableRange, limit: number) {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPageItems)
    throw invalidIn(port, `limit must be an integer from 1 to ${maxPageItems}, not ${limit}`);
  if (range.index !== undefined && !Object.hasOwn(port.indexes, range.index))
    throw invalidIn(port, `there is no index "${range.index}"`);
  checkKeyPart(port.name, 'partition', range.partition);
  const descending = range.order === 'descending';
  const field = range.index === undefined ? 'key' : indexField(range.index);
  const scope = [port.name, range.index ?? null, range.partition, range.from ?? null, range.to ?? null, descending];
  const [from, to] = keyRange(range.partition, range.from, range.to);
  const reference = { fieldPath: fieldPath(field) };
  const bound = (op: string, stringValue: string) => ({
    fieldFilter: { field: reference, op, value: { stringValue } },
  });
  const direction = descending ? 'DESCENDING' : 'ASCENDING';
  const query: StructuredQuery = {
    from: [{ collectionId: collection.id }],
    where: { compositeFilter: { op: 'AND', filters: [bound('GREATER_THAN_OR_EQUAL', from), bound('LESS_THAN', to)] } },
    orderBy: [
      { field: reference, direction },
      { field: { fieldPath: '__name__' }, direction },
    ],
    ...after(port, range, scope),
    limit,
  };
  return { query, field, scope };
}

function after(port: TablePort, range: TableRange, scope: readonly unknown[]): Pick<StructuredQuery, 'startAt'> {
  if (range.cursor === undefined) return {};
  const [place, name] = decodeCursor(`table "${port.name}"`, scope, range.cursor, ['string', 'string']);
  return { startAt: { values: [{ stringValue: place! }, { referenceValue: name! }], before: false } };
}

const positionOf = ({ fields = {}, name }: Document, field: string): readonly string[] => [
  fields[field]?.stringValue ?? '',
  name,
];

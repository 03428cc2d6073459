import { compareUtf8 } from '@portolan/kernel';
import type { Value } from '../table/firestore-wire.ts';
import { getAt, parsePath } from './firestore-paths.ts';
import type { StoredDocument } from './firestore-store.ts';
import { invalidArgument } from './rest-server.ts';

interface Order {
  readonly field: { readonly fieldPath: string };
  readonly direction?: 'ASCENDING' | 'DESCENDING' | 1 | 2;
}

interface Cursor {
  readonly values?: readonly Value[];
  readonly before?: boolean;
}

interface Query {
  readonly from?: readonly { readonly collectionId: string }[];
  readonly where?: Filter;
  readonly orderBy?: readonly Order[];
  readonly startAt?: Cursor;
  readonly endAt?: Cursor;
  readonly offset?: number;
  readonly limit?: number | { readonly value: number };
}

interface Filter {
  readonly compositeFilter?: { readonly op?: string | number; readonly filters?: readonly Filter[] };
  readonly fieldFilter?: {
    readonly field: { readonly fieldPath: string };
    readonly op: string | number;
    readonly value: Value;
  };
}

/**
 * @param checkIndexed - Throws where a field of a collection is exempt from indexes.
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/StructuredQuery
 */
export function runStructuredQuery(
  documents: readonly StoredDocument[],
  parent: string,
  query: Query,
  checkIndexed: (collection: string, path: string) => void,
): readonly StoredDocument[] {
  const collection = query.from?.[0]?.collectionId;
  if (collection === undefined || query.from?.length !== 1) throw invalidArgument('the double queries one collection');
  const orders = query.orderBy ?? [];
  const filters = flattened(query.where);
  for (const { field } of [...orders, ...filters]) checkIndexed(collection, field.fieldPath);
  const prefix = `${parent}/${collection}/`;
  const found = documents
    .filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
    .filter((document) => filters.every((filter) => matches(document, filter)))
    // What lacks a field is in no index of it.
    .filter((document) => orders.every(({ field }) => valueOf(document, field.fieldPath) !== undefined))
    .sort((a, b) => compareBy(orders, a, (path) => valueOf(b, path)) || compareUtf8(a.name, b.name))
    .filter((document) => !isBefore(document, orders, query.startAt) && !isBehind(document, orders, query.endAt));
  const limit = typeof query.limit === 'object' ? query.limit.value : query.limit;
  const start = query.offset ?? 0;
  return found.slice(start, limit === undefined ? undefined : start + limit);
}

function flattened(filter: Filter | undefined): readonly NonNullable<Filter['fieldFilter']>[] {
  if (filter === undefined) return [];
  if (filter.fieldFilter !== undefined) return [filter.fieldFilter];
  if (filter.compositeFilter?.op !== 'AND' && filter.compositeFilter?.op !== 1)
    throw invalidArgument('the double knows field filters joined by AND');
  return (filter.compositeFilter.filters ?? []).flatMap(flattened);
}

/** By number, which JSON of protocol buffers may have in place of names. */
const operators = ['', 'LESS_THAN', 'LESS_THAN_OR_EQUAL', 'GREATER_THAN', 'GREATER_THAN_OR_EQUAL', 'EQUAL'] as const;

function matches(document: StoredDocument, { field, op, value }: NonNullable<Filter['fieldFilter']>): boolean {
  const own = valueOf(document, field.fieldPath);
  if (own === undefined || typeOf(own) !== typeOf(value)) return false;
  const order = compareValues(own, value);
  switch (typeof op === 'number' ? operators[op] : op) {
    case 'EQUAL':
      return order === 0;
    case 'LESS_THAN':
      return order < 0;
    case 'LESS_THAN_OR_EQUAL':
      return order <= 0;
    case 'GREATER_THAN':
      return order > 0;
    case 'GREATER_THAN_OR_EQUAL':
      return order >= 0;
    default:
      throw invalidArgument(`the double does not know the operator ${op}`);
  }
}

/** A cursor stands before or behind all that equals it. */
function isBefore(document: StoredDocument, orders: readonly Order[], cursor: Cursor | undefined): boolean {
  if (cursor === undefined) return false;
  const order = compareToCursor(document, orders, cursor);
  return order < 0 || (order === 0 && cursor.before !== true);
}

function isBehind(document: StoredDocument, orders: readonly Order[], cursor: Cursor | undefined): boolean {
  if (cursor === undefined) return false;
  const order = compareToCursor(document, orders, cursor);
  return order > 0 || (order === 0 && cursor.before === true);
}

function compareToCursor(document: StoredDocument, orders: readonly Order[], { values = [] }: Cursor): number {
  if (values.length > orders.length) throw invalidArgument('a cursor has more values than the order');
  const byPath = new Map(values.map((value, index) => [orders[index]!.field.fieldPath, value]));
  return compareBy(orders.slice(0, values.length), document, (path) => byPath.get(path));
}

function compareBy(
  orders: readonly Order[],
  document: StoredDocument,
  other: (path: string) => Value | undefined,
): number {
  for (const { field, direction } of orders) {
    const order = compareValues(valueOf(document, field.fieldPath)!, other(field.fieldPath)!);
    if (order !== 0) return direction === 'DESCENDING' || direction === 2 ? -order : order;
  }
  return 0;
}

function valueOf(document: StoredDocument, path: string): Value | undefined {
  if (path === '__name__') return { referenceValue: document.name };
  return getAt(document.fields, parsePath(path));
}

const typeOf = (value: Value): string => Object.keys(value)[0] ?? '';

/** Within one type; between types by a fixed order. @see https://cloud.google.com/firestore/docs/concepts/data-types */
function compareValues(left: Value, right: Value): number {
  if (typeOf(left) !== typeOf(right)) return typeOf(left) < typeOf(right) ? -1 : 1;
  if (left.integerValue !== undefined) {
    const difference = BigInt(left.integerValue) - BigInt(right.integerValue!);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const textOf = (value: Value): string => value.stringValue ?? value.referenceValue ?? value.timestampValue ?? '';
  return compareUtf8(textOf(left), textOf(right));
}

import {
  checkKeyPart,
  describeIssues,
  encodeItem,
  keyOf,
  parse,
  PortError,
  type Ids,
  type TablePort,
} from '@portolan/kernel';
import { createHash } from 'node:crypto';
import type { Fields, Value } from './firestore-wire.ts';

export type Item = Record<string, unknown>;
export type Key = Readonly<Record<string, string>>;

/** Stands between the parts of a key in a value that is ordered: below every character that a part may have. */
const separator = '\u0001';
/** Just above everything that begins with a partition and the separator. */
const behindSeparator = '\u0002';

/** What is written for an item. */
export interface Draft {
  readonly id: string;
  readonly fields: Fields;
  readonly expiresAt: number | undefined;
}

/**
 * The fields of an item's document.
 *
 * - `key`, and one `by_<index>` for each index the item is in: partition and sort key in one string. Firestore orders
 *   strings by their UTF-8 bytes and keeps an index in either direction of each such field by itself, so that no index
 *   has to be declared. Two key parts have 513 bytes at most, of the 1,500 that an index holds.
 * - `data`, exempt from indexes: the item as the text of its JSON, since Firestore's own values cannot hold every JSON
 *   (no list in a list, no number that is told to be a fraction); the instant of its expiry; and a nonce, because a write
 *   that changes nothing gives no new update time.
 * - `expiresAt`, exempt as well: what the collection's TTL policy goes by.
 *
 * @throws {PortError} `invalid` for an item that breaks its schema or the rules of keys; `too-large`.
 */
export function draftOf(port: TablePort, item: Item, expiresAt: number | undefined, ids: Ids): Draft {
  const key = keyOf(port, item);
  const parsed = parse(port.item, item);
  if (parsed.kind === 'invalid') throw invalidIn(port, `an item breaks its schema: ${describeIssues(parsed.issues)}`);
  checkExpiry(port, expiresAt);
  const json: Value = { stringValue: encodeItem(port, item) };
  const fields = { ...placeFields(key), ...indexFields(port, item), ...dataFields({ json }, expiresAt, ids) };
  return { id: idOf(key), fields, expiresAt };
}

/** The fields of a document that only increments have written: they begin with the key alone. */
export function counterFields(key: readonly string[], added: Fields, expiresAt: number | undefined, ids: Ids): Fields {
  return { ...placeFields(key), ...dataFields({ added: { mapValue: { fields: added } } }, expiresAt, ids) };
}

/**
 * A hash of the key, so that documents are spread evenly whatever keys look like, and that every key has a name: Firestore
 * takes no slash in one, nor two underscores around it, nor more than 1,500 bytes.
 *
 * @see https://cloud.google.com/firestore/docs/best-practices#document_ids
 */
export function idOf(key: readonly string[]): string {
  return createHash('sha256').update(orderedKey(key)).digest('hex');
}

/** One string for a key, ordered as its sort key is within its partition. */
export const orderedKey = ([partition, sort = '']: readonly string[]): string => `${partition}${separator}${sort}`;

/** The ordered keys of a partition, or of a part of it: from inclusive, to exclusive. */
export function keyRange(partition: string, from?: string, to?: string): readonly [from: string, to: string] {
  return [
    `${partition}${separator}${from ?? ''}`,
    to === undefined ? `${partition}${behindSeparator}` : `${partition}${separator}${to}`,
  ];
}

/** The key that an ordered key was made of. */
export function keyFromOrdered(ordered: string): readonly [partition: string, sort: string] {
  const end = ordered.indexOf(separator);
  return [ordered.slice(0, end), ordered.slice(end + 1)];
}

export const indexField = (index: string): string => `by_${index}`;

export const invalidIn = (port: TablePort, why: string): PortError =>
  new PortError('invalid', `table "${port.name}": ${why}`);

export function checkExpiry(port: TablePort, expiresAt: number | undefined): void {
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt))
    throw invalidIn(port, `expiresAt must be an integer, not ${expiresAt}`);
}

const placeFields = (key: readonly string[]): Fields => ({ key: { stringValue: orderedKey(key) } });

function indexFields(port: TablePort, item: Item): Fields {
  const entries = Object.entries(port.indexes).flatMap(([index, fields]) => {
    const key = fields.map((field) =>
      item[field] === undefined ? undefined : checkKeyPart(port.name, field, item[field]),
    );
    if (key.includes(undefined)) return [];
    return [[indexField(index), { stringValue: orderedKey(key as string[]) }] as const];
  });
  return Object.fromEntries(entries);
}

function dataFields(data: Fields, expiresAt: number | undefined, ids: Ids): Fields {
  const nonce: Value = { stringValue: ids.next() };
  if (expiresAt === undefined) return { data: { mapValue: { fields: { ...data, nonce } } } };
  return {
    data: { mapValue: { fields: { ...data, nonce, expiresAt: { integerValue: String(expiresAt) } } } },
    expiresAt: timestampOf(expiresAt),
  };
}

/** The years that Firestore's timestamps have are 1 to 9999; the exact instant stands in `data`. */
export function timestampOf(ms: number): Value {
  const within = Math.min(Math.max(ms, Date.UTC(1970, 0)), Date.UTC(9999, 0));
  return { timestampValue: new Date(within).toISOString() };
}

import { checkKeyPart, describeIssues, encodeItem, keyOf, parse, PortError, type TablePort } from '@portolan/kernel';
import { fieldValues } from './layout.ts';

/** What is written for an item. */
export interface Draft {
  readonly pk: string;
  readonly sk: string;
  readonly json: string;
  readonly expiresAt: number | null;
  /** Values of the index columns. */
  readonly fields: readonly (string | null)[];
}

/**
 * @param fields - That have a column of their own.
 * @param place - Where it is known already.
 * @throws {PortError} `invalid` for an item that breaks its schema or the rules of keys; `too-large`.
 */
export function draftOf(
  port: TablePort,
  fields: readonly string[],
  item: Record<string, unknown>,
  expiresAt: number | undefined,
  [pk, sk]: Place = placeOf(port, item),
): Draft {
  const parsed = parse(port.item, item);
  if (parsed.kind === 'invalid') throw invalidIn(port, `an item breaks its schema: ${describeIssues(parsed.issues)}`);
  for (const field of fields) if (item[field] !== undefined) checkKeyPart(port.name, field, item[field]);
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt))
    throw invalidIn(port, `expiresAt must be an integer, not ${expiresAt}`);
  return { pk, sk, json: encodeItem(port, item), expiresAt: expiresAt ?? null, fields: fieldValues(fields, item) };
}

/** The primary key of a row. */
export type Place = readonly [pk: string, sk: string];

/** The primary key of the row that holds a key's item; the sort key is empty where the port has none. */
export function placeOf(port: TablePort, from: object): Place {
  return placeOfKey(keyOf(port, from));
}

export const placeOfKey = ([pk, sk = '']: readonly string[]): Place => [pk!, sk];

export const invalidIn = (port: TablePort, why: string): PortError =>
  new PortError('invalid', `table "${port.name}": ${why}`);

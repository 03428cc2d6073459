import { PortError } from './errors.ts';
import type { TableEdit, TablePort } from './table.ts';
import { utf8Bytes } from './units.ts';

/** Bytes that one part of a key may have. */
export const maxKeyBytes = 256;
/** Writes that one `transact` may have. */
export const maxTransactWrites = 100;
/** Items that one page of a query may have. */
export const maxPageItems = 1_000;
/** Keys that one `getMany`, and writes that one `writeMany`, may have. */
export const maxManyKeys = 1_000;

/**
 * The values of a key, `[partition]` or `[partition, sort]`, taken from a key or a whole item.
 *
 * @throws {PortError} `invalid`, naming the table, the field, the value and what was expected.
 */
export function keyOf(port: Pick<TablePort, 'name' | 'key'>, from: object): readonly string[] {
  return port.key.map((field) => checkKeyPart(port.name, field, (from as Record<string, unknown>)[field]));
}

/**
 * The keys that a `getMany` names, as {@link keyOf} gives them.
 *
 * @throws {PortError} `invalid` for more than 1,000 and for a malformed one.
 */
export function keysOfReads(port: Pick<TablePort, 'name' | 'key'>, keys: readonly object[]): (readonly string[])[] {
  checkMany(port, keys.length, 'keys in one getMany');
  return keys.map((key) => keyOf(port, key));
}

/**
 * The keys that a `writeMany` names, as {@link keyOf} gives them.
 *
 * @throws {PortError} `invalid` for more than 1,000, for a malformed one, and for one that is named twice.
 */
export function keysOfEdits(
  port: Pick<TablePort, 'name' | 'key'>,
  edits: readonly TableEdit<object, object>[],
): (readonly string[])[] {
  checkMany(port, edits.length, 'writes in one writeMany');
  const keys = edits.map((edit) => keyOf(port, 'put' in edit ? edit.put : edit.delete));
  // No part of a key holds a control character, so that joined keys are as different as the keys.
  const named = new Set<string>();
  for (const key of keys) {
    const joined = key.join('\0');
    if (named.has(joined))
      throw new PortError('invalid', `table "${port.name}": writeMany names the key ${JSON.stringify(key)} twice`);
    named.add(joined);
  }
  return keys;
}

function checkMany({ name }: Pick<TablePort, 'name'>, count: number, what: string): void {
  if (count > maxManyKeys)
    throw new PortError('invalid', `table "${name}": ${count} ${what}; at most ${maxManyKeys} fit`);
}

/** @throws {PortError} `invalid` unless `value` can be part of a key. */
export function checkKeyPart(tableName: string, field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && fits(value) && !/[\p{Cc}\p{Cs}]/u.test(value)) {
    return value;
  }
  const shown = typeof value === 'string' && value.length > 60 ? `${value.slice(0, 60)}…` : value;
  throw new PortError(
    'invalid',
    `table "${tableName}": key field "${field}" must be a string of 1 to ${maxKeyBytes} bytes of UTF-8 without control characters, not ${JSON.stringify(shown)}`,
  );
}

// A UTF-16 unit is at most three bytes of UTF-8: most keys need no counting.
const fits = (part: string): boolean => part.length * 3 <= maxKeyBytes || utf8Bytes(part) <= maxKeyBytes;

/**
 * The item as JSON, checked against the table's size.
 *
 * @throws {PortError} `too-large` over `maxItemBytes`.
 */
export function encodeItem(port: Pick<TablePort, 'name' | 'maxItemBytes'>, item: unknown): string {
  const json = JSON.stringify(item);
  // A UTF-16 unit is at most three bytes of UTF-8: most items need no second look.
  if (json.length * 3 > port.maxItemBytes) {
    const sizeBytes = utf8Bytes(json);
    if (sizeBytes > port.maxItemBytes) {
      throw new PortError(
        'too-large',
        `table "${port.name}": an item has ${sizeBytes} bytes; at most ${port.maxItemBytes} fit`,
      );
    }
  }
  return json;
}

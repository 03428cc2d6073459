import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { PortError } from '@portolan/kernel';

/**
 * How an item lies in DynamoDB. Every top-level field is an attribute of its own, so that `increment` can ADD to numbers
 * without reading, keys and indexes find their fields, and a person at the console reads names and values:
 *
 * - a string is S, a boolean BOOL, null NULL;
 * - a number is N where DynamoDB can hold it: the shortest decimal of a double has at most 17 digits (38 fit), but its
 *   exponent may be out of range;
 * - everything else (objects, lists, numbers out of range, strings with lone surrogates) is its JSON text, as the one
 *   element of a list. Native maps and lists would change what they hold: 32 levels at most, numbers in range, no lone
 *   surrogates; and each of their elements costs bytes and time to decode.
 *
 * One attribute with the JSON of the whole item was the other choice. It reads as cheaply, but an increment would have to
 * keep its numbers beside the text, and to read first in order to know that a field is no number.
 *
 * Names beginning with `$` belong to the adapter; such fields (and those that cannot be a name) get a `$` more.
 */
export type Attributes = Record<string, AttributeValue>;

/** What the adapter keeps with an item. */
export const hidden = {
  /** S: differs after every write. */
  version: '$version',
  /** N: the exact expiry in milliseconds, which reads and conditions go by. */
  expiresAt: '$expiresAt',
  /** N: the same in seconds, rounded up, for the deletion that DynamoDB does in its own time. */
  ttl: '$ttl',
} as const;

const hiddenNames: ReadonlySet<string> = new Set(Object.values(hidden));

/**
 * Bytes at most that {@link hidden} attributes add to an item, names included; a name counts by its UTF-8, a number with
 * up to 21 bytes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const hiddenBytes = 1_024;

/** The name of the attribute that holds a field. */
export function attributeName(field: string): string {
  return field === '' || field === '__proto__' || field.startsWith('$') ? `$${field}` : field;
}

const fieldName = (attribute: string): string => (attribute.startsWith('$') ? attribute.slice(1) : attribute);

/** @param item - Parsed from JSON, so that it holds nothing else. */
export function toAttributes(item: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(Object.entries(item).map(([field, value]) => [attributeName(field), toAttribute(value)]));
}

/** @throws {PortError} `corrupted` for attributes that no adapter wrote. */
export function fromAttributes(attributes: Attributes, where: string): Record<string, unknown> {
  const fields = Object.entries(attributes).filter(([name]) => !hiddenNames.has(name));
  return Object.fromEntries(fields.map(([name, value]) => [fieldName(name), fromAttribute(value, where, name)]));
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string' && value.isWellFormed()) return { S: value };
  if (typeof value === 'number' && isInRange(value)) return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  return { L: [{ S: JSON.stringify(value) }] };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html (Number) */
const isInRange = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126);

function fromAttribute(value: AttributeValue, where: string, name: string): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  const text = value.L?.length === 1 ? value.L[0]!.S : undefined;
  try {
    if (text !== undefined) return JSON.parse(text);
  } catch {
    // Falls through: a text that is no JSON is as foreign as any other attribute.
  }
  throw new PortError('corrupted', `${where}: attribute "${name}" was not written by this adapter`);
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  checkKeyPart,
  describeIssues,
  encodeItem,
  keyOf,
  parse,
  PortError,
  utf8Bytes,
  type Condition,
  type TablePort,
} from '@portolan/kernel';
import { attributeName, hidden, hiddenBytes, toAttributes, type Attributes } from './attributes.ts';

export type Item = Record<string, unknown>;
export type Key = Readonly<Record<string, string>>;

/** What is written for an item. */
export interface Draft {
  readonly key: readonly string[];
  readonly attributes: Attributes;
  readonly version: string;
  /** The item as it will be read. */
  readonly item: Item;
  /** Bytes it has in DynamoDB, at most. */
  readonly sizeBytes: number;
}

/** A write, or a check, of one item. */
export interface Step {
  readonly key: readonly string[];
  readonly condition: Condition | undefined;
  /** Absent for a removal and a check. */
  readonly draft: Draft | undefined;
}

/**
 * @throws {PortError} `invalid` for an item that breaks its schema or the rules of keys; `too-large`.
 */
export function draftOf(port: TablePort, item: object, expiresAt: number | undefined, version: string): Draft {
  const key = placeOf(port, item);
  const parsed = parse(port.item, item);
  if (parsed.kind === 'invalid') throw invalidIn(port, `an item breaks its schema: ${describeIssues(parsed.issues)}`);
  for (const field of Object.values(port.indexes).flat()) checkIndexField(port, field, (item as Item)[field]);
  const json = encodeItem(port, item);
  const plain = JSON.parse(json) as Item;
  const attributes = { ...toAttributes(plain), [hidden.version]: { S: version }, ...expiryOf(port, expiresAt) };
  return { key, attributes, version, item: plain, sizeBytes: utf8Bytes(json) + hiddenBytes };
}

/** @throws {PortError} `invalid` unless it is an integer. */
export function expiryOf(port: TablePort, expiresAt: number | undefined): Attributes {
  if (expiresAt === undefined) return {};
  if (!Number.isSafeInteger(expiresAt)) throw invalidIn(port, `expiresAt must be an integer, not ${expiresAt}`);
  return {
    [hidden.expiresAt]: { N: String(expiresAt) },
    [hidden.ttl]: { N: String(Math.ceil(expiresAt / 1_000)) },
  };
}

/** The values of a key. @throws {PortError} `invalid`, also for lone surrogates, which DynamoDB would change. */
export function placeOf(port: TablePort, from: object): readonly string[] {
  return keyOf(port, from).map((part, index) => checkWellFormed(port, port.key[index]!, part));
}

function checkIndexField(port: TablePort, field: string, value: unknown): void {
  if (value !== undefined) checkWellFormed(port, field, checkKeyPart(port.name, field, value));
}

function checkWellFormed(port: TablePort, field: string, value: string): string {
  if (value.isWellFormed()) return value;
  throw invalidIn(port, `key field "${field}" has a lone surrogate: ${JSON.stringify(value)}`);
}

/** The primary key as attributes. */
export function keyAttributes(port: TablePort, key: readonly string[]): Attributes {
  return Object.fromEntries(port.key.map((field, index) => [attributeName(field), { S: key[index]! }]));
}

/** A condition as DynamoDB is asked it; nothing for none. What has expired is as good as absent. */
export function conditionExpression(port: TablePort, condition: Condition | undefined, now: number) {
  if (condition === undefined) return {};
  const names: Record<string, string> = { '#x': hidden.expiresAt };
  const values: Record<string, AttributeValue> = { ':now': { N: String(now) } };
  if (condition === 'absent') {
    names['#p'] = attributeName(port.key[0]!);
    return {
      ConditionExpression: 'attribute_not_exists(#p) OR #x <= :now',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    };
  }
  names['#v'] = hidden.version;
  values[':v'] = { S: condition.version };
  return {
    ConditionExpression: `#v = :v AND ${unexpired}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Holds for items that have not expired; `#x` and `:now` must be named. */
export const unexpired = '(attribute_not_exists(#x) OR #x > :now)';

export const invalidIn = (port: TablePort, why: string): PortError =>
  new PortError('invalid', `table "${port.name}": ${why}`);

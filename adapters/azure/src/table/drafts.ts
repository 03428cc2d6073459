import {
  checkKeyPart,
  describeIssues,
  encodeItem,
  keyOf,
  parse,
  PortError,
  type TableEdit,
  type TablePort,
  type TableWrite,
} from '@portolan/kernel';
import { addressOf, type Draft } from './entity.ts';
import { fitsIndex, type IndexedFields, type Intent } from './steps.ts';

export type Item = Record<string, unknown>;

export const invalidIn = (port: TablePort, why: string): PortError =>
  new PortError('invalid', `table "${port.name}": ${why}`);

/**
 * What is to be written of a write that was asked for.
 *
 * @param version - A fresh one, for the item.
 * @throws {PortError} `invalid` for a malformed key or item; `too-large`.
 */
export function intentOf(port: TablePort, asked: TableWrite<object, object>, version: string): Intent {
  if ('put' in asked) {
    const item = asked.put as Item;
    const address = addressOf(keyOf(port, item));
    const draft = draftOf(port, item, asked.expiresAt, version);
    return { kind: 'put', address, draft, fields: indexedFields(port, item), condition: asked.condition };
  }
  if ('delete' in asked)
    return { kind: 'delete', address: addressOf(keyOf(port, asked.delete)), condition: asked.condition };
  return { kind: 'check', address: addressOf(keyOf(port, asked.check)), condition: asked.condition };
}

/** As {@link intentOf}, or the error of this one write where its key is fine. */
export function intentOrError(port: TablePort, edit: TableEdit<object, object>, version: string): Intent | PortError {
  try {
    return intentOf(port, edit, version);
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
}

function draftOf(port: TablePort, item: Item, expiresAt: number | undefined, version: string): Draft {
  const parsed = parse(port.item, item);
  if (parsed.kind === 'invalid') throw invalidIn(port, `an item breaks its schema: ${describeIssues(parsed.issues)}`);
  for (const field of Object.values(port.indexes).flat())
    if (item[field] !== undefined) checkKeyPart(port.name, field, item[field]);
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt))
    throw invalidIn(port, `expiresAt must be an integer, not ${expiresAt}`);
  return { version, json: encodeItem(port, item), expiresAt };
}

/** @throws {PortError} `too-large` for a sort value that, written as a key, leaves no room behind it. */
function indexedFields(port: TablePort, item: Item): IndexedFields {
  const places = Object.entries(port.indexes).flatMap(([index, [partition, sort]]) => {
    const [p, s] = [item[partition], item[sort]];
    if (typeof p !== 'string' || typeof s !== 'string') return [];
    if (!fitsIndex(s))
      throw new PortError(
        'too-large',
        `table "${port.name}": field "${sort}" holds more characters that need two in a RowKey (/ \\ # ? % . " > [ $ ! and space) than index "${index}" has room for`,
      );
    return [[index, [p, s]] as const];
  });
  return Object.fromEntries(places);
}

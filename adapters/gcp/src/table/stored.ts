import { PortError, type Condition, type Stored, type TablePort } from '@portolan/kernel';
import { keyFromOrdered, type Item } from './draft.ts';
import type { Document, Fields, Precondition } from './firestore-wire.ts';

/** Before the name of each counter, since Firestore takes neither an empty name nor one between two underscores. */
const counterPrefix = 'n_';

export const counterField = (field: string): string => `${counterPrefix}${field}`;

/** The item that a document holds, with its version and its expiry. */
export function storedOf(port: TablePort, document: Document): Stored<Item> {
  const expiresAt = expiryOf(document);
  return {
    item: itemOf(port, document),
    version: versionOf(document.updateTime, expiresAt),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** The item of a document: its JSON, with what was added to it since. */
export function itemOf(port: TablePort, { fields = {} }: Pick<Document, 'fields'>): Item {
  const data = dataOf(fields);
  const item = data['json']?.stringValue === undefined ? keyItem(port, fields) : parsed(port, data['json'].stringValue);
  for (const [name, { integerValue }] of Object.entries(data['added']?.mapValue?.fields ?? {})) {
    const field = name.slice(counterPrefix.length);
    const base = item[field] ?? 0;
    // Where what stands is no number, the increment was refused after it was written; it counts for nothing.
    if (typeof base === 'number') item[field] = base + Number(integerValue);
  }
  return item;
}

/** Milliseconds since 1970; `undefined` where it never expires. */
export function expiryOf({ fields = {} }: Pick<Document, 'fields'>): number | undefined {
  const expiresAt = dataOf(fields)['expiresAt']?.integerValue;
  return expiresAt === undefined ? undefined : Number(expiresAt);
}

/** Whether nobody may see it any more, though it stands until the TTL policy removes it. */
export function isDead(document: Document, now: number): boolean {
  const expiresAt = expiryOf(document);
  return expiresAt !== undefined && expiresAt <= now;
}

/**
 * The version of an item: when its document was written, which Firestore can check with a write, and when it expires,
 * which it cannot. What is known of the expiry at one update time stays true.
 */
export const versionOf = (updateTime: string, expiresAt: number | undefined): string =>
  expiresAt === undefined ? updateTime : `${updateTime}~${expiresAt}`;

const versionForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)(?:~(-?\d{1,16}))?$/;

/**
 * What Firestore has to check for a condition.
 *
 * @returns `undefined` where it cannot hold: for a version that no item has, or whose item has expired.
 */
export function preconditionOf(condition: Condition, now: number): Precondition | undefined {
  if (condition === 'absent') return { exists: false };
  const [, updateTime, expiresAt] = versionForm.exec(condition.version) ?? [];
  if (updateTime === undefined || (expiresAt !== undefined && Number(expiresAt) <= now)) return undefined;
  return { updateTime };
}

/** Whether a condition holds for what was read. */
export function holds(condition: Condition, found: Document | undefined, now: number): boolean {
  const live = found !== undefined && !isDead(found, now) ? found : undefined;
  if (condition === 'absent') return live === undefined;
  return live !== undefined && versionOf(live.updateTime, expiryOf(live)) === condition.version;
}

const dataOf = (fields: Fields): Fields => fields['data']?.mapValue?.fields ?? {};

function keyItem(port: TablePort, fields: Fields): Item {
  const key = keyFromOrdered(fields['key']?.stringValue ?? '');
  return Object.fromEntries(port.key.map((field, index) => [field, key[index]]));
}

function parsed(port: TablePort, json: string): Item {
  try {
    return JSON.parse(json) as Item;
  } catch (cause) {
    throw new PortError('corrupted', `table "${port.name}": a stored item is not JSON`, { cause });
  }
}

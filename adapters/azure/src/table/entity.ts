import { PortError } from '@portolan/kernel';
import { encodeKeyText } from './key-text.ts';

/** Where an entity lies. */
export interface Address {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** The row of each index that leads to an item, by the index's name. */
export type Places = Readonly<Record<string, readonly [partitionKey: string, rowKey: string]>>;

/** What lies under a key, without the item itself: an item that stands, one that has expired, or the mark of a removal. */
export interface Slot {
  readonly etag: string;
  /**
   * Differs after every write of the item. It is not the ETag, which differs after a check, too; and a writer whose answer
   * was lost recognises its own by it.
   */
  readonly version: string;
  readonly expiresAt: number | undefined;
  readonly places: Places;
}

/** What is written under a key. */
export interface Draft {
  readonly version: string;
  readonly json: string;
  readonly expiresAt: number | undefined;
}

/** An entity as the client gives it. */
export type Raw = Readonly<Record<string, unknown>>;

/**
 * UTF-16 units of an item's JSON in one property; Table Storage takes 64 KiB, that is 32,768 of them. 350 KiB of ASCII are
 * 11 properties and 700 KiB, of the 1 MiB that an entity may have.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#property-types
 */
const unitsPerProperty = 32_000;

/** Of the properties beside the item: all that a writer has to know of what it replaces. */
export const slotProperties: readonly string[] = ['version', 'expiresAt', 'places'];

/** An item that is held to be absent by everyone, as it expired in 1970. What a transaction puts where nothing may stand. */
export const removal = (version: string): Draft => ({ version, json: '', expiresAt: 0 });

export function addressOf([partition, sort]: readonly string[]): Address {
  return { partitionKey: encodeKeyText(partition!), rowKey: encodeKeyText(sort ?? '') };
}

export const placeText = ({ partitionKey, rowKey }: Address): string => `${partitionKey}\0${rowKey}`;

export function entityOf({ partitionKey, rowKey }: Address, draft: Draft, places: Places) {
  const { version, json, expiresAt } = draft;
  return {
    partitionKey,
    rowKey,
    version,
    ...(expiresAt === undefined ? {} : { expiresAt: { type: 'Int64' as const, value: String(expiresAt) } }),
    ...(Object.keys(places).length === 0 ? {} : { places: JSON.stringify(places) }),
    ...Object.fromEntries(chunksOf(json).map((chunk, index) => [propertyName(index), chunk])),
  };
}

const propertyName = (index: number): string => (index === 0 ? 'json' : `json${index}`);

/** Cuts a text up, but never between the halves of a surrogate pair, which alone have no UTF-8. */
export function chunksOf(text: string, units = unitsPerProperty): readonly string[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + units, text.length);
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1]!)) end--;
    chunks.push(text.slice(start, end));
    start = end;
  }
  return chunks;
}

/** @throws {PortError} `corrupted` for an entity that this adapter did not write. */
export function slotOf(raw: Raw, table: string): Slot {
  const { etag, version, expiresAt, places } = raw;
  if (typeof etag !== 'string' || typeof version !== 'string')
    throw new PortError('corrupted', `table "${table}": an entity without a version was not written by this adapter`);
  return {
    etag,
    version,
    expiresAt: expiresAt === undefined ? undefined : Number(expiresAt),
    places: typeof places === 'string' ? (JSON.parse(places) as Places) : {},
  };
}

/** The JSON of the item. */
export function jsonOf(raw: Raw): string {
  let json = '';
  for (let index = 0; ; index++) {
    const chunk = raw[propertyName(index)];
    if (typeof chunk !== 'string') return json;
    json += chunk;
  }
}

export const isLive = (slot: Pick<Slot, 'expiresAt'>, now: number): boolean =>
  slot.expiresAt === undefined || slot.expiresAt > now;

import type { Condition, VersionIs } from '@portolan/kernel';
import { encodeKeyText, endOfSort, maxKeyUnits } from './key-text.ts';
import { isLive, removal, type Address, type Draft, type Places, type Slot } from './entity.ts';

/** A write as it was asked for. */
export type Intent = { readonly address: Address } & (
  | {
      readonly kind: 'put';
      readonly draft: Draft;
      readonly fields: IndexedFields;
      readonly condition: Condition | undefined;
    }
  | { readonly kind: 'delete'; readonly condition: VersionIs | undefined }
  | { readonly kind: 'check'; readonly condition: Condition }
);

/** The values that an item has in the indexes it is in. */
export type IndexedFields = Readonly<Record<string, readonly [partition: string, sort: string]>>;

/** What a writer knows of what lies under a key: a slot, that nothing does, or nothing at all because it does not matter. */
export type Ground = Slot | undefined | 'any';

/** One operation on Table Storage. */
export type Step = { readonly address: Address } & (
  | { readonly kind: 'insert' | 'overwrite'; readonly draft: Draft; readonly places: Places }
  | { readonly kind: 'replace'; readonly draft: Draft; readonly places: Places; readonly etag: string }
  | { readonly kind: 'remove' | 'touch'; readonly etag: string }
  | { readonly kind: 'nothing' }
);

/** Whether a condition holds on this ground. */
export function holds(condition: Condition | undefined, ground: Ground, now: number): boolean {
  if (condition === undefined || ground === 'any') return true;
  const live = ground !== undefined && isLive(ground, now) ? ground : undefined;
  return condition === 'absent' ? live === undefined : live?.version === condition.version;
}

/**
 * What to do for a write whose condition holds, such that it fails where the ground is another by then.
 *
 * @param joint - Whether it is part of a transaction. There a removal puts the mark of one in place, because a removal fails
 *   where nothing lies, and the client's transactions know none at a version. And a check touches the ETag of what stands,
 *   or puts the mark where nothing does: it is the only way to fail when that changes. The version of the item stays.
 * @param mark - The version of a mark that is put.
 */
export function stepFor(intent: Intent, ground: Ground, joint: boolean, mark: string): Step {
  const { address } = intent;
  if (intent.kind === 'put') {
    return write(address, intent.draft, placesFor(intent.fields, ground, intent.draft.version), ground);
  }
  if (joint) {
    if (intent.kind === 'check' && ground !== undefined && ground !== 'any')
      return { address, kind: 'touch', etag: ground.etag };
    return write(address, removal(mark), {}, ground);
  }
  if (ground === 'any') return { address, kind: 'remove', etag: '*' };
  return ground === undefined ? { address, kind: 'nothing' } : { address, kind: 'remove', etag: ground.etag };
}

function write(address: Address, draft: Draft, places: Places, ground: Ground): Step {
  if (ground === 'any') return { address, kind: 'overwrite', draft, places };
  if (ground === undefined) return { address, kind: 'insert', draft, places };
  return { address, kind: 'replace', draft, places, etag: ground.etag };
}

/**
 * The index rows of an item. A row that the item has already in the same place is kept; another is the write's own, by
 * its version: no other write will ever want it, so that it may be removed once the item has another.
 */
function placesFor(fields: IndexedFields, ground: Ground, version: string): Places {
  const before = ground === undefined || ground === 'any' ? {} : ground.places;
  return Object.fromEntries(
    Object.entries(fields).map(([index, [partition, sort]]) => {
      const partitionKey = encodeKeyText(partition);
      const sorted = encodeKeyText(sort) + endOfSort;
      const kept = before[index];
      if (kept?.[0] === partitionKey && kept[1].startsWith(sorted)) return [index, kept];
      return [index, [partitionKey, sorted + version] as const];
    }),
  );
}

/** Whether the sort value fits the RowKey of an index, behind which the version of a write has to fit as well. */
export const fitsIndex = (sort: string): boolean =>
  encodeKeyText(sort).length <= maxKeyUnits - endOfSort.length - versionUnits;

/** Units of a version: an id of the environment. */
const versionUnits = 26;

export interface Row {
  readonly index: string;
  readonly address: Address;
}

/** Rows of these places that those do not have. */
export function rowsOnlyIn(these: Places, those: Places): readonly Row[] {
  return Object.entries(these)
    .filter(([index, [partitionKey, rowKey]]) => those[index]?.[0] !== partitionKey || those[index][1] !== rowKey)
    .map(([index, [partitionKey, rowKey]]) => ({ index, address: { partitionKey, rowKey } }));
}

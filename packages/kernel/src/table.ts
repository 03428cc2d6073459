import type { PortError } from './errors.ts';
import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';
import type { Schema } from './schema.ts';
import { kibibytes } from './units.ts';

/**
 * Items in partitions, each with a version. An item is a JSON object; its partition key and sort key are top-level string
 * fields of 1 to 256 bytes of UTF-8 without control characters.
 *
 * Reads by key and by partition see every write that was answered before they began. Queries of an index may lag
 * behind. No read and no condition ever sees an item whose `expiresAt` has come; its storage is reclaimed some time later.
 *
 * Every method throws {@link PortError}: `invalid` for a malformed key, cursor or range; `too-large` for an item over the
 * table's `maxItemBytes`; `throttled`, `unavailable`, `timeout` from the engine. A write that threw `timeout` or
 * `unavailable` may have happened.
 */
export interface Table<Item = unknown, Key = unknown, Index extends string = string> {
  /** The item as it stands, or `undefined`. */
  get(key: Key): Promise<Stored<Item> | undefined>;

  /**
   * As `get`, for up to 1,000 keys: one answer for each, in the order of the keys. Each is a read of its own: together
   * they are no snapshot. A key may be named twice.
   *
   * @throws {PortError} `invalid` for more than 1,000 keys, and when one of them is malformed.
   */
  getMany(keys: readonly Key[]): Promise<readonly (Stored<Item> | undefined)[]>;

  /** Writes the whole item, if the condition holds; unconditionally without one. */
  put(item: Item, options?: PutOptions): Promise<WriteResult>;

  /** Removes the item, if the condition holds. Removing what is not there is `written`. */
  delete(key: Key, options?: { readonly condition?: VersionIs }): Promise<WriteResult>;

  /**
   * Reads, decides and writes as one atomic step.
   *
   * @param decide - Pure and synchronous; may be run again with a newer item whenever another writer came between.
   * @returns The `result` of the last run of `decide`, whose write has happened.
   * @throws {PortError} `conflict` when other writers kept winning for longer than the adapter waits.
   */
  update<Result>(key: Key, decide: (current: Stored<Item> | undefined) => Decision<Item, Result>): Promise<Result>;

  /**
   * Adds to numeric top-level fields, atomically and without reading first. A missing item is created from the key and
   * the fields; a missing field counts as 0. Concurrent increments never get lost. Not idempotent: an increment that
   * threw `timeout` may have happened.
   *
   * @param by - Safe integers, by field.
   * @param options.expiresAt - Replaces the item's expiry; without it the expiry stays as it is.
   * @returns The item after this increment and no later one.
   */
  increment(key: Key, by: Readonly<Record<string, number>>, options?: { readonly expiresAt?: number }): Promise<Item>;

  /**
   * Up to 100 writes to distinct keys of one partition: all of them, or, when a condition fails, none.
   *
   * @throws {PortError} `invalid` for more than 100 writes, for a key named twice, and for a second partition.
   */
  transact(writes: readonly TableWrite<Item, Key>[]): Promise<TransactResult>;

  /**
   * Up to 1,000 writes to distinct keys of any partitions, each on its own and in no promised order: one result for each,
   * in the order of the writes. What is wrong with a single item or its write (`too-large`, `throttled`, an item that
   * breaks its schema) is told in its result, and spoils no other.
   *
   * @throws {PortError} `invalid` for more than 1,000 writes, for a key named twice and for a malformed key: then nothing
   *   was written. After any other error each of the writes may or may not have happened.
   */
  writeMany(writes: readonly TableEdit<Item, Key>[]): Promise<readonly EditResult[]>;

  /** One page of a partition in the order of the sort key (by UTF-8 bytes). A short page may still have a cursor. */
  query(range: TableRange<Index>): Promise<Page<Stored<Item>>>;
}

export interface Stored<Item> {
  readonly item: Item;
  /** Opaque; differs after every write. */
  readonly version: string;
  /** Milliseconds since 1970; absent where the item never expires. */
  readonly expiresAt?: number;
}

/** Holds only where no item stands under the key. */
export type IsAbsent = 'absent';
/** Holds only where the item was not written since that version was read. */
export interface VersionIs {
  readonly version: string;
}
export type Condition = IsAbsent | VersionIs;

export interface PutOptions {
  readonly condition?: Condition;
  /** Milliseconds since 1970. Every put states it anew: without it the item never expires. */
  readonly expiresAt?: number;
}

export type WriteResult = { readonly kind: 'written'; readonly version: string } | { readonly kind: 'conflict' };

/** What to do with the item that `update` read: write it, delete it, or (with neither) leave it. */
export interface Decision<Item, Result> {
  readonly write?: Item;
  /** Milliseconds since 1970; of the item written. */
  readonly expiresAt?: number;
  readonly delete?: true;
  readonly result: Result;
}

/** A write by itself, as `put` and `delete` do it. */
export type TableEdit<Item, Key> =
  | { readonly put: Item; readonly condition?: Condition; readonly expiresAt?: number }
  | { readonly delete: Key; readonly condition?: VersionIs };

/** What became of one write of many. A `failed` one may have happened where its error is `timeout` or `unavailable`. */
export type EditResult = WriteResult | { readonly kind: 'failed'; readonly error: PortError };

/** A write, or a condition alone, as part of a transaction. */
export type TableWrite<Item, Key> = TableEdit<Item, Key> | { readonly check: Key; readonly condition: Condition };

export type TransactResult = { readonly kind: 'written' } | { readonly kind: 'conflict'; readonly index: number };

export interface TableRange<Index extends string = string> {
  /** The partition of the table, or of the index where one is named. */
  readonly partition: string;
  readonly index?: Index;
  /** Sort keys from here on, inclusive. */
  readonly from?: string;
  /** Sort keys up to here, exclusive. */
  readonly to?: string;
  /** @default 'ascending' */
  readonly order?: 'ascending' | 'descending';
  /** 1 to 1,000. @default 100 */
  readonly limit?: number;
  /** From the page before; only with the same range, order and index. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

/** A partition field and a sort field, both top-level strings. An item without one of them is not in the index. */
export type IndexFields<Item> = readonly [partition: StringField<Item>, sort: StringField<Item>];

type StringField<Item> = Item extends unknown
  ? { [F in keyof Item]-?: NonNullable<Item[F]> extends string ? F : never }[keyof Item] & string
  : never;
/** Fields that every member of a union has. */
type CommonField<Item> = keyof Item & StringField<Item>;

export interface TablePort<
  Name extends string = string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest table: any item
  Item = any,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest table: any key
  Key = any,
  Index extends string = string,
> extends Port<'table', Name, Table<Item, Key, Index>, object> {
  readonly item: Schema<Item>;
  readonly key: readonly string[];
  readonly indexes: Readonly<Record<string, readonly [string, string]>>;
  readonly maxItemBytes: number;
  readonly read: Grant<Port<'table', Name, Table<Item, Key, Index>>, Reads>;
  readonly write: Grant<Port<'table', Name, Table<Item, Key, Index>>, Writes>;
  readonly readWrite: Grant<Port<'table', Name, Table<Item, Key, Index>>, Reads | Writes>;
}

const reads = ['get', 'getMany', 'query'] as const;
const writes = ['put', 'delete', 'update', 'increment', 'transact', 'writeMany'] as const;
type Reads = (typeof reads)[number];
type Writes = (typeof writes)[number];

/**
 * Declares a table.
 *
 * @param shape.key - The partition field, then the sort field where a partition holds more than one item.
 * @param shape.indexes - Other orders to query by, `{ byState: ['state', 'createdAt'] }`.
 * @param shape.maxItemBytes - JSON bytes of the largest item. @default 350 KiB, which every cloud can hold.
 */
export function table<
  const Name extends string,
  Item extends object,
  const Key extends readonly [CommonField<Item>] | readonly [CommonField<Item>, CommonField<Item>],
  const Indexes extends Readonly<Record<string, IndexFields<Item>>> = Record<never, never>,
>(
  name: Name,
  shape: {
    readonly item: Schema<Item>;
    readonly key: Key;
    readonly indexes?: Indexes;
    readonly maxItemBytes?: number;
  },
): TablePort<Name, Item, { readonly [F in Key[number]]: string }, keyof Indexes & string> {
  checkName('table', name);
  const maxItemBytes = shape.maxItemBytes ?? kibibytes(350);
  const port = {
    kind: 'table',
    name,
    needs: {},
    demands: { maxItemBytes },
    item: shape.item,
    key: shape.key,
    indexes: shape.indexes ?? {},
    maxItemBytes,
  } as const;
  const made = Object.assign(port, {
    read: grant(port, 'read', reads),
    write: grant(port, 'write', writes),
    readWrite: grant(port, 'readWrite', [...reads, ...writes]),
  });
  return made as unknown as TablePort<Name, Item, { readonly [F in Key[number]]: string }, keyof Indexes & string>;
}

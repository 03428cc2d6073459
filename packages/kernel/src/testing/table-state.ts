import { PortError } from '../errors.ts';
import { parse, describeIssues } from '../schema.ts';
import { checkKeyPart, encodeItem, keyOf, maxPageItems, maxTransactWrites } from '../table-keys.ts';
import type {
  Condition,
  Decision,
  Page,
  PutOptions,
  Stored,
  TableEdit,
  TablePort,
  TableRange,
  TableWrite,
  TransactResult,
  VersionIs,
  WriteResult,
} from '../table.ts';
import { compareUtf8 } from '../units.ts';
import { RowSet } from './row-set.ts';

interface Row {
  readonly key: readonly string[];
  readonly json: string;
  readonly version: string;
  readonly expiresAt: number | undefined;
}

/**
 * What a table holds, as plain synchronous code: the reference that every adapter is compared with. Each method has the
 * result of the contract's method of that name; `now` is milliseconds since 1970.
 */
export class TableState<Item extends object = Record<string, unknown>, Key extends object = Record<string, string>> {
  readonly #port: TablePort;
  readonly #rows: RowSet<Row>;
  #writes: number;

  constructor(port: TablePort, from?: { readonly rows: RowSet<Row>; readonly writes: number }) {
    this.#port = port;
    this.#rows = new RowSet(from?.rows);
    this.#writes = from?.writes ?? 0;
  }

  clone(): TableState<Item, Key> {
    return new TableState(this.#port, { rows: this.#rows, writes: this.#writes });
  }

  get(key: Key, now: number): Stored<Item> | undefined {
    const row = this.#live(keyOf(this.#port, key), now);
    return row && this.#stored(row);
  }

  put(item: Item, options: PutOptions | undefined, now: number): WriteResult {
    const key = keyOf(this.#port, item);
    const json = this.#encode(item);
    if (!this.#holds(key, options?.condition, now)) return { kind: 'conflict' };
    return { kind: 'written', version: this.#write(key, json, options?.expiresAt) };
  }

  delete(key: Key, options: { readonly condition?: VersionIs } | undefined, now: number): WriteResult {
    const parts = keyOf(this.#port, key);
    if (!this.#holds(parts, options?.condition, now)) return { kind: 'conflict' };
    this.#rows.delete(parts);
    return { kind: 'written', version: this.#nextVersion() };
  }

  update<Result>(key: Key, decide: (current: Stored<Item> | undefined) => Decision<Item, Result>, now: number): Result {
    const parts = keyOf(this.#port, key);
    const row = this.#live(parts, now);
    const decision = decide(row && this.#stored(row));
    if (decision.write !== undefined) {
      if (place(keyOf(this.#port, decision.write)) !== place(parts)) {
        throw new PortError('invalid', `table "${this.#port.name}": update must write the key it was given`);
      }
      this.#write(parts, this.#encode(decision.write), decision.expiresAt);
    } else if (decision.delete === true) this.#rows.delete(parts);
    return decision.result;
  }

  increment(
    key: Key,
    by: Readonly<Record<string, number>>,
    options: { readonly expiresAt?: number } | undefined,
    now: number,
  ): Item {
    const parts = keyOf(this.#port, key);
    const row = this.#live(parts, now);
    const item = (row === undefined ? this.#keyFields(parts) : JSON.parse(row.json)) as Record<string, unknown>;
    for (const [field, delta] of Object.entries(by)) {
      const current = item[field] ?? 0;
      if (typeof current !== 'number' || !Number.isSafeInteger(delta) || this.#port.key.includes(field)) {
        throw new PortError('invalid', `table "${this.#port.name}": cannot add ${delta} to field "${field}"`);
      }
      item[field] = current + delta;
    }
    this.#write(parts, this.#encode(item), options?.expiresAt ?? row?.expiresAt);
    return item as Item;
  }

  transact(writes: readonly TableWrite<Item, Key>[], now: number): TransactResult {
    const keys = writes.map((write) =>
      keyOf(this.#port, 'put' in write ? write.put : 'delete' in write ? write.delete : write.check),
    );
    checkTransact(this.#port.name, keys);
    const encoded = writes.map((write) => ('put' in write ? this.#encode(write.put) : undefined));
    const failed = writes.findIndex((write, index) => !this.#holds(keys[index]!, write.condition, now));
    if (failed !== -1) return { kind: 'conflict', index: failed };
    writes.forEach((write, index) => {
      if ('put' in write) this.#write(keys[index]!, encoded[index]!, write.expiresAt);
      else if ('delete' in write) this.#rows.delete(keys[index]!);
    });
    return { kind: 'written' };
  }

  /** One of the writes of a `writeMany`. Where the contract answers `failed`, it throws. */
  edit(edit: TableEdit<Item, Key>, now: number): WriteResult {
    return 'put' in edit ? this.put(edit.put, edit, now) : this.delete(edit.delete, edit, now);
  }

  query(range: TableRange, now: number): Page<Stored<Item>> {
    checkKeyPart(this.#port.name, 'partition', range.partition);
    const { limit, after } = checkRange(this.#port, range);
    const descending = range.order === 'descending';
    const entries = [...this.#entries(range, now)].sort(
      (a, b) => (descending ? -1 : 1) * compareOrder(a.order, b.order),
    );
    const rest =
      after === undefined
        ? entries
        : entries.filter(({ order }) => (descending ? -1 : 1) * compareOrder(order, after) > 0);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(({ row }) => this.#stored(row)),
      ...(rest.length > limit && last !== undefined ? { cursor: encodeCursor(range, last.order) } : {}),
    };
  }

  /** The rows a range speaks of, each with what it is ordered by: the sort key, then the primary key. */
  *#entries(range: TableRange, now: number): Iterable<{ row: Row; order: readonly string[] }> {
    const fields = range.index === undefined ? undefined : this.#port.indexes[range.index];
    for (const row of fields === undefined ? this.#rows.of(range.partition) : this.#rows.all()) {
      if (row.expiresAt !== undefined && row.expiresAt <= now) continue;
      const [partition, sort] = fields === undefined ? [row.key[0], row.key[1] ?? ''] : fieldsOf(row, fields);
      if (partition !== range.partition || typeof sort !== 'string') continue;
      if (range.from !== undefined && compareUtf8(sort, range.from) < 0) continue;
      if (range.to !== undefined && compareUtf8(sort, range.to) >= 0) continue;
      yield { row, order: [sort, ...row.key] };
    }
  }

  #live(key: readonly string[], now: number): Row | undefined {
    const row = this.#rows.get(key);
    return row === undefined || (row.expiresAt !== undefined && row.expiresAt <= now) ? undefined : row;
  }

  #holds(key: readonly string[], condition: Condition | undefined, now: number): boolean {
    if (condition === undefined) return true;
    const row = this.#live(key, now);
    return condition === 'absent' ? row === undefined : row?.version === condition.version;
  }

  #write(key: readonly string[], json: string, expiresAt: number | undefined): string {
    const version = this.#nextVersion();
    this.#rows.set({ key, json, version, expiresAt });
    return version;
  }

  #nextVersion(): string {
    return String(++this.#writes);
  }

  #encode(item: unknown): string {
    const parsed = parse(this.#port.item, item);
    if (parsed.kind === 'invalid') {
      throw new PortError(
        'invalid',
        `table "${this.#port.name}": an item breaks its schema: ${describeIssues(parsed.issues)}`,
      );
    }
    for (const field of Object.values(this.#port.indexes).flat()) {
      const value = (item as Record<string, unknown>)[field];
      if (value !== undefined) checkKeyPart(this.#port.name, field, value);
    }
    return encodeItem(this.#port, item);
  }

  #stored({ json, version, expiresAt }: Row): Stored<Item> {
    return { item: JSON.parse(json) as Item, version, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }

  #keyFields(parts: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(this.#port.key.map((field, index) => [field, parts[index]]));
  }
}

const place = (key: readonly string[]): string => JSON.stringify(key);

function fieldsOf({ json }: Row, [partition, sort]: readonly [string, string]): readonly unknown[] {
  const item = JSON.parse(json) as Record<string, unknown>;
  return [item[partition], item[sort]];
}

function compareOrder(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < left.length; index++) {
    const order = compareUtf8(left[index]!, right[index]!);
    if (order !== 0) return order;
  }
  return 0;
}

function checkTransact(table: string, keys: readonly (readonly string[])[]): void {
  const refuse = (why: string): never => {
    throw new PortError('invalid', `table "${table}": ${why}`);
  };
  if (keys.length > maxTransactWrites)
    refuse(`${keys.length} writes in one transaction; at most ${maxTransactWrites} fit`);
  if (new Set(keys.map(place)).size !== keys.length) refuse('a transaction names a key twice');
  if (new Set(keys.map(([partition]) => partition)).size > 1) refuse('a transaction spans more than one partition');
}

/** The page size, and what the cursor stands behind. */
function checkRange(port: TablePort, range: TableRange): { limit: number; after: readonly string[] | undefined } {
  const limit = range.limit ?? 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPageItems) {
    throw new PortError(
      'invalid',
      `table "${port.name}": limit must be an integer from 1 to ${maxPageItems}, not ${limit}`,
    );
  }
  if (range.index !== undefined && !(range.index in port.indexes)) {
    throw new PortError('invalid', `table "${port.name}" has no index "${range.index}"`);
  }
  if (range.cursor === undefined) return { limit, after: undefined };
  try {
    const [of, after] = JSON.parse(decodeURIComponent(range.cursor)) as [unknown, readonly string[]];
    if (JSON.stringify(of) === JSON.stringify(cursorScope(range)) && after.every((part) => typeof part === 'string'))
      return { limit, after };
  } catch {
    // Falls through: what cannot be read is refused like what belongs to another query.
  }
  throw new PortError('invalid', `table "${port.name}": the cursor does not belong to this query`);
}

const cursorScope = ({ partition, index, from, to, order }: TableRange) => [
  partition,
  index ?? null,
  from ?? null,
  to ?? null,
  order ?? 'ascending',
];

const encodeCursor = (range: TableRange, after: readonly string[]): string =>
  encodeURIComponent(JSON.stringify([cursorScope(range), after]));

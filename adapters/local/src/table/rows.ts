import type { Engine } from '../engine/engine.ts';
import type { Statement, Tuple, Tuples } from '../engine/statement.ts';
import { changesFrom, Heads, type Head } from './heads.ts';
import type { Draft } from './draft.ts';
import type { TableLayout } from './layout.ts';

/** A row as it is read: whoever needs what the index columns hold finds it in the item. */
export interface StoredRow {
  readonly rowid: number;
  readonly version: number;
  readonly expiresAt: number | null;
  /** JSON. */
  readonly value: string;
}

type StoredTuple = [rowid: number, version: number, expiresAt: number | null, value: string];

/** From so many on, rows are looked up by one statement: half the time of a statement for each. */
const many = 4;

/** Reads and writes the rows of one table. Whoever calls minds conditions and expiry. */
export class Rows {
  readonly #engine: Engine;
  readonly #layout: TableLayout;
  readonly #select: Tuples;
  readonly #selectMany: Tuples;
  readonly #selectHead: Tuples;
  readonly #insert: Statement;
  readonly #delete: Statement;
  /** By which columns besides the value change: bit 0 the expiry, bit n + 1 the nth index column. */
  readonly #updates = new Map<number, Statement>();
  readonly #heads = new Heads();

  constructor(engine: Engine, layout: TableLayout) {
    this.#engine = engine;
    this.#layout = layout;
    const { table, fieldColumns } = layout;
    const fields = fieldColumns.map((column) => `, ${column}`).join('');
    const columns = 'item.rowid, item.version, item.expires_at, item.value';
    this.#select = engine.statement(`SELECT ${columns} FROM ${table} AS item WHERE pk = ? AND sk = ?`).tuples();
    this.#selectMany = engine
      .statement(
        `SELECT place.key, ${columns} FROM json_each(?) AS place
         CROSS JOIN ${table} AS item ON pk = place.value ->> 0 AND sk = place.value ->> 1`,
      )
      .tuples();
    this.#selectHead = engine
      .statement(`SELECT rowid, version, expires_at${fields} FROM ${table} WHERE pk = ? AND sk = ?`)
      .tuples();
    this.#insert = engine.statement(
      `INSERT INTO ${table} (pk, sk, value, version, expires_at${fields}) VALUES (?, ?, ?, ?, ?${', ?'.repeat(fieldColumns.length)}) ON CONFLICT DO NOTHING`,
    );
    this.#delete = engine.statement(`DELETE FROM ${table} WHERE pk = ? AND sk = ?`);
  }

  read(pk: string, sk: string): StoredRow | undefined {
    const tuple = this.#select.get(pk, sk) as StoredTuple | undefined;
    return tuple && rowOf(...tuple);
  }

  /** In the order of the places. */
  readMany(places: readonly (readonly [pk: string, sk: string])[]): readonly (StoredRow | undefined)[] {
    if (places.length < many) return places.map(([pk, sk]) => this.read(pk, sk));
    const json = JSON.stringify(places);
    const rows = new Array<StoredRow | undefined>(places.length).fill(undefined);
    for (const [index, ...tuple] of this.#selectMany.all(json) as [number, ...StoredTuple][])
      rows[index] = rowOf(...tuple);
    return rows;
  }

  /** What stands under a key, without its value. */
  head(pk: string, sk: string): Head | undefined {
    const tuple = this.#selectHead.get(pk, sk) as [number, number, number | null, ...(string | null)[]] | undefined;
    if (tuple === undefined) return undefined;
    const [rowid, version, expiresAt, ...fields] = tuple;
    return { pk, sk, rowid, version, expiresAt, fields };
  }

  /** What was read may be written over soon: {@link updateVersion} then needs no look at it. */
  remember(head: Head): void {
    this.#heads.add(head);
  }

  /** @returns Whether there was no row under the key, expired or not. */
  insert({ pk, sk, json, expiresAt, fields }: Draft, version: number): boolean {
    return this.#insert.run(pk, sk, json, version, expiresAt, ...fields) === 1;
  }

  /** Writes over a row that stands as `head` tells, and touches no index whose columns stay as they are. */
  update(head: Head, draft: Draft, version: number): boolean {
    const { pk, sk, rowid } = head;
    const { json, expiresAt, fields } = draft;
    const { changed, mask } = changesFrom(head, draft);
    if (this.#updateOf(mask).run(json, version, ...changed, rowid, head.version) === 0) return false;
    this.#heads.add({ pk, sk, rowid, version, expiresAt, fields });
    return true;
  }

  /**
   * Writes over the row if it still has that version, without reading it first.
   *
   * @returns `undefined` where the version is not remembered, and the row must be looked at.
   */
  updateVersion(expected: number, draft: Draft, version: () => number, now: number): number | 'conflict' | undefined {
    const head = this.#heads.of(expected);
    if (head === undefined) return undefined;
    if (head.pk !== draft.pk || head.sk !== draft.sk) return 'conflict';
    if (head.expiresAt !== null && head.expiresAt <= now) return 'conflict';
    const next = version();
    return this.update(head, draft, next) ? next : 'conflict';
  }

  delete(pk: string, sk: string): void {
    this.#delete.run(pk, sk);
  }

  #updateOf(mask: number): Statement {
    let update = this.#updates.get(mask);
    if (update === undefined) {
      const columns = ['expires_at', ...this.#layout.fieldColumns].filter(
        (_column, bit) => Math.floor(mask / 2 ** bit) % 2 === 1,
      );
      const set = ['value', 'version', ...columns].map((column) => `${column} = ?`).join(', ');
      // Found by its number, without a search by key. A number may come to another row, a version never does.
      update = this.#engine.statement(`UPDATE ${this.#layout.table} SET ${set} WHERE rowid = ? AND version = ?`);
      this.#updates.set(mask, update);
    }
    return update;
  }
}

/** Rows of a query for rowid, version, expiry and value, which is all that is read of many. */
export const rowsOf = (tuples: readonly Tuple[]): StoredRow[] =>
  Array.from(tuples as readonly StoredTuple[], (tuple) => rowOf(...tuple));

const rowOf = (rowid: number, version: number, expiresAt: number | null, value: string): StoredRow => ({
  rowid,
  version,
  expiresAt,
  value,
});

import type { Engine } from '../engine/engine.ts';
import type { Row, Statement } from '../engine/statement.ts';
import type { Draft } from './draft.ts';
import type { TableLayout } from './layout.ts';

/** What the columns besides the value hold in one version of a row. */
interface Columns {
  readonly expiresAt: number | null;
  readonly fields: readonly (string | null)[];
}

/** Versions whose columns are remembered: more than can be under way between a read and the write that follows it. */
const maxRemembered = 10_000;

/** Reads and writes the rows of one table. Whoever calls minds conditions and expiry. */
export class Rows {
  readonly #engine: Engine;
  readonly #layout: TableLayout;
  readonly #select: Statement;
  readonly #insert: Statement;
  readonly #delete: Statement;
  /** By which columns besides the value change: bit 0 the expiry, bit n + 1 the nth index column. */
  readonly #updates = new Map<string, Statement>();
  /** By version, which is never reused: an entry is true for ever, whatever is rolled back. */
  readonly #remembered = new Map<number, Columns>();

  constructor(engine: Engine, layout: TableLayout) {
    this.#engine = engine;
    this.#layout = layout;
    const { table, fieldColumns } = layout;
    const fields = fieldColumns.map((column) => `, ${column}`).join('');
    const aliased = fieldColumns.map((column, index) => `, ${column} AS f${index}`).join('');
    this.#select = engine.statement(
      `SELECT value, version, expires_at${aliased} FROM ${table} WHERE pk = ? AND sk = ?`,
    );
    this.#insert = engine.statement(
      `INSERT INTO ${table} (pk, sk, value, version, expires_at${fields}) VALUES (?, ?, ?, ?, ?${', ?'.repeat(fieldColumns.length)}) ON CONFLICT DO NOTHING`,
    );
    this.#delete = engine.statement(`DELETE FROM ${table} WHERE pk = ? AND sk = ?`);
  }

  get(pk: string, sk: string): Row | undefined {
    const row = this.#select.get(pk, sk);
    if (row !== undefined) this.#remember(row['version'] as number, this.#columnsOf(row));
    return row;
  }

  /** @returns Whether there was no row under the key, expired or not. */
  insert({ pk, sk, json, expiresAt, fields }: Draft, version: number): boolean {
    return this.#insert.run(pk, sk, json, version, expiresAt, ...fields) === 1;
  }

  /** Writes over `current`, and touches no index whose columns stay as they are. */
  update(current: Row, draft: Draft, version: number): void {
    const { changed, mask } = changesFrom(this.#columnsOf(current), draft);
    this.#updateOf(mask, '').run(draft.json, version, ...changed, draft.pk, draft.sk);
    this.#remember(version, draft);
  }

  /**
   * Writes over the row if it still has that version, without reading it first.
   *
   * @returns `undefined` where the version is not remembered, and the row must be read.
   */
  updateVersion(expected: number, draft: Draft, version: () => number, now: number): number | 'conflict' | undefined {
    const columns = this.#remembered.get(expected);
    if (columns === undefined) return undefined;
    if (columns.expiresAt !== null && columns.expiresAt <= now) return 'conflict';
    const { changed, mask } = changesFrom(columns, draft);
    const next = version();
    if (this.#updateOf(mask, ' AND version = ?').run(draft.json, next, ...changed, draft.pk, draft.sk, expected) === 0)
      return 'conflict';
    this.#remembered.delete(expected);
    this.#remember(next, draft);
    return next;
  }

  delete(pk: string, sk: string): void {
    this.#delete.run(pk, sk);
  }

  #updateOf(mask: number, condition: string): Statement {
    const key = `${mask}${condition}`;
    let update = this.#updates.get(key);
    if (update === undefined) {
      const columns = ['expires_at', ...this.#layout.fieldColumns].filter(
        (_column, bit) => Math.floor(mask / 2 ** bit) % 2 === 1,
      );
      const set = ['value', 'version', ...columns].map((column) => `${column} = ?`).join(', ');
      update = this.#engine.statement(`UPDATE ${this.#layout.table} SET ${set} WHERE pk = ? AND sk = ?${condition}`);
      this.#updates.set(key, update);
    }
    return update;
  }

  #columnsOf(row: Row): Columns {
    const fields = this.#layout.fieldColumns.map((_column, index) => row[`f${index}`] as string | null);
    return { expiresAt: row['expires_at'] as number | null, fields };
  }

  #remember(version: number, { expiresAt, fields }: Columns): void {
    if (this.#remembered.size >= maxRemembered) this.#remembered.delete(this.#remembered.keys().next().value!);
    this.#remembered.set(version, { expiresAt, fields });
  }
}

/** Which columns a write changes: bit 0 the expiry, bit n + 1 the nth index column. */
function changesFrom(
  before: Columns,
  after: Columns,
): { readonly changed: readonly (string | number | null)[]; readonly mask: number } {
  const changed: (string | number | null)[] = [];
  let mask = 0;
  if (before.expiresAt !== after.expiresAt) {
    mask = 1;
    changed.push(after.expiresAt);
  }
  for (let index = 0; index < after.fields.length; index++) {
    if (before.fields[index] === after.fields[index]) continue;
    mask += 2 ** (index + 1);
    changed.push(after.fields[index]!);
  }
  return { changed, mask };
}

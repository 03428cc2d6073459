import type { Engine } from '../engine/engine.ts';
import type { Row, Statement } from '../engine/statement.ts';
import type { TableLayout } from './layout.ts';

/** What is written for an item. */
export interface Draft {
  readonly pk: string;
  readonly sk: string;
  readonly json: string;
  readonly expiresAt: number | null;
  /** Values of the index columns. */
  readonly fields: readonly (string | null)[];
}

/** Reads and writes the rows of one table. Whoever calls minds conditions and expiry. */
export class Rows {
  readonly #engine: Engine;
  readonly #layout: TableLayout;
  readonly #select: Statement;
  readonly #insert: Statement;
  readonly #delete: Statement;
  /** By which columns besides the value change: bit 0 the expiry, bit n + 1 the nth index column. */
  readonly #updates = new Map<number, Statement>();

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
    return this.#select.get(pk, sk);
  }

  /** @returns Whether there was no row under the key, expired or not. */
  insert({ pk, sk, json, expiresAt, fields }: Draft, version: number): boolean {
    return this.#insert.run(pk, sk, json, version, expiresAt, ...fields) === 1;
  }

  /** Writes over `current`, and touches no index whose columns stay as they are. */
  update(current: Row, { pk, sk, json, expiresAt, fields }: Draft, version: number): void {
    const changed: (string | number | null)[] = [];
    let mask = 0;
    if (current['expires_at'] !== expiresAt) {
      mask = 1;
      changed.push(expiresAt);
    }
    for (let index = 0; index < fields.length; index++) {
      if (current[`f${index}`] === fields[index]) continue;
      mask += 2 ** (index + 1);
      changed.push(fields[index]!);
    }
    this.#updateOf(mask).run(json, version, ...changed, pk, sk);
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
      update = this.#engine.statement(`UPDATE ${this.#layout.table} SET ${set} WHERE pk = ? AND sk = ?`);
      this.#updates.set(mask, update);
    }
    return update;
  }
}

import type { Engine } from '../engine/engine.ts';
import { identifier } from '../engine/identifiers.ts';
import { claimShape } from '../engine/ports.ts';
import type { Row, Statement } from '../engine/statement.ts';
import type { Slots } from './timer-schedule.ts';

/** Rows read at a time when all are. */
const scannedAtOnce = 10_000;

/**
 * The rows of timers that have not failed yet, in the order in which they were set. Nothing in the file is ordered by
 * their instants: these are random, so that every new timer would change a page of its own, and cost more than
 * everything else about it. Ids mostly ascend, so that the index by them grows at its end as well.
 */
export class TimerRows {
  readonly #engine: Engine;
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #delete: Statement;
  readonly #deleteAll: Statement;
  readonly #load: Statement;
  readonly #scan: Statement;
  readonly #lastOfPage: Statement;

  constructor(engine: Engine, name: string) {
    const table = identifier(`${name} set`);
    this.#engine = engine;
    claimShape(engine, name, 'timer');
    engine.define((execute) => {
      execute(`CREATE TABLE IF NOT EXISTS ${table} (
        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, trace TEXT
      ) STRICT`);
      execute(`CREATE UNIQUE INDEX IF NOT EXISTS ${identifier(`${name} set by id`)} ON ${table} (id, at)`);
    });
    this.#insert = engine.statement(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
    this.#remove = engine.statement(`DELETE FROM ${table} WHERE id = ? AND at = ? RETURNING seq`);
    this.#delete = engine.statement(`DELETE FROM ${table} WHERE seq = ?`);
    this.#deleteAll = engine.statement(`DELETE FROM ${table} WHERE seq IN (SELECT value FROM json_each(?))`);
    this.#load = engine.statement(
      `SELECT seq, at, timer.id AS id, payload, trace FROM json_each(?) AS due CROSS JOIN ${table} AS timer ON seq = due.value`,
    );
    // Served by the index alone, a third of the table. Two texts for a page instead of an object for each row: half the
    // time, and hardly any garbage.
    const page = `FROM ${table} WHERE (id, at) > (?, ?) ORDER BY id, at LIMIT`;
    this.#scan = engine.statement(
      `SELECT json_group_array(at) AS ats, json_group_array(seq) AS seqs FROM (SELECT at, seq ${page} ${scannedAtOnce})`,
    );
    this.#lastOfPage = engine.statement(`SELECT id, at ${page} 1 OFFSET ${scannedAtOnce - 1}`);
  }

  /** @returns The number it was given, never given to another; `undefined` when it is there already. */
  insert(at: number, id: string, payload: string, trace: string | null): number | undefined {
    const seq = this.#engine.sequence();
    return this.#insert.run(seq, at, id, payload, trace) === 1 ? seq : undefined;
  }

  /** @returns Its number, if it was there. */
  remove(at: number, id: string): number | undefined {
    return this.#remove.returning(id, at)?.['seq'] as number | undefined;
  }

  /** @returns Whether it was there. */
  delete(seq: number): boolean {
    return this.#delete.run(seq) === 1;
  }

  deleteAll(seqs: readonly number[]): void {
    if (seqs.length > 0) this.#deleteAll.run(JSON.stringify(seqs));
  }

  /** Those of the given numbers that are still there, in that order. */
  load(seqs: readonly number[]): readonly Row[] {
    return this.#load.all(JSON.stringify(seqs));
  }

  /** Every timer, in no order that matters. */
  *scan(): Generator<Slots> {
    let after: readonly [id: string, at: number] = ['', 0];
    for (;;) {
      const page = this.#scan.get(...after)!;
      yield { ats: JSON.parse(page['ats'] as string), seqs: JSON.parse(page['seqs'] as string) };
      const last = this.#lastOfPage.get(...after);
      if (last === undefined) return;
      after = [last['id'] as string, last['at'] as number];
    }
  }
}

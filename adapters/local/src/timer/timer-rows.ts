import type { Engine } from '../engine/engine.ts';
import { identifier } from '../engine/identifiers.ts';
import { claimShape } from '../engine/ports.ts';
import type { Row, Statement } from '../engine/statement.ts';

/** The rows of timers that have not failed yet, in one b-tree by instant and id. */
export class TimerRows {
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #load: Statement;

  constructor(engine: Engine, name: string) {
    const table = identifier(name);
    claimShape(engine, name, 'timer');
    engine.define((execute) => {
      execute(`CREATE TABLE IF NOT EXISTS ${table} (
        at INTEGER NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, trace TEXT, PRIMARY KEY (at, id)
      ) STRICT, WITHOUT ROWID`);
    });
    this.#insert = engine.statement(`INSERT INTO ${table} VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`);
    this.#delete = engine.statement(`DELETE FROM ${table} WHERE at = ? AND id = ?`);
    this.#load = engine.statement(
      `SELECT at, id, payload, trace FROM ${table} WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?`,
    );
  }

  /** @returns Whether it is new. */
  insert(at: number, id: string, payload: string, trace: string | null): boolean {
    return this.#insert.run(at, id, payload, trace) === 1;
  }

  /** @returns Whether it was there. */
  delete(at: number, id: string): boolean {
    return this.#delete.run(at, id) === 1;
  }

  load(afterAt: number, afterId: string, limit: number): readonly Row[] {
    return this.#load.all(afterAt, afterId, limit);
  }
}

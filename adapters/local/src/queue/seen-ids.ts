import { dedupeWindowMs } from '@portolan/kernel';
import type { Engine } from '../engine/engine.ts';
import { identifier } from '../engine/identifiers.ts';
import { Reclaimer } from '../engine/reclaim.ts';
import type { Statement } from '../engine/statement.ts';

/** The dedupe ids of the last five minutes. */
export class SeenIds {
  readonly #engine: Engine;
  readonly #select: Statement;
  readonly #upsert: Statement;
  readonly #reclaimer: Reclaimer;

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    const table = identifier(`${name} seen`);
    engine.define((execute) => {
      execute(
        `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, accepted_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
      );
      execute(`CREATE INDEX IF NOT EXISTS ${identifier(`${name} seen order`)} ON ${table} (accepted_at)`);
    });
    this.#select = engine.statement(`SELECT accepted_at FROM ${table} WHERE id = ?`);
    this.#upsert = engine.statement(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`);
    const earliest = engine.statement(`SELECT min(accepted_at) AS at FROM ${table}`);
    const remove = engine.statement(
      `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE accepted_at <= ? ORDER BY accepted_at LIMIT ?)`,
    );
    this.#reclaimer = new Reclaimer(engine, {
      earliest: () => {
        const at = earliest.get()?.['at'] ?? null;
        return at === null ? undefined : (at as number) + dedupeWindowMs;
      },
      remove: (now, limit) => remove.run(now - dedupeWindowMs, limit),
    });
  }

  /** Notes an id; inside a write. @returns False when it was accepted in the last five minutes. */
  accept(id: string): boolean {
    const now = this.#engine.alarm.clock.now();
    const acceptedAt = this.#select.get(id)?.['accepted_at'] as number | undefined;
    if (acceptedAt !== undefined && acceptedAt > now - dedupeWindowMs) return false;
    this.#upsert.run(id, now);
    return true;
  }

  /** Ids were accepted: they will have to be forgotten. */
  accepted(): void {
    this.#reclaimer.expect(this.#engine.alarm.clock.now() + dedupeWindowMs);
  }

  stop(): void {
    this.#reclaimer.stop();
  }
}

import type { Engine } from '../engine/engine.ts';
import { identifier } from '../engine/identifiers.ts';
import { claimShape } from '../engine/ports.ts';
import type { Row, Statement, Tuples } from '../engine/statement.ts';

/** A message as it waits. */
export interface Letter {
  readonly id: string;
  /** JSON. */
  readonly body: string;
  readonly trace: string | null;
  /** When it was sent or, of a timer, the instant it was set for; milliseconds since 1970. */
  readonly at: number;
  /** Not delivered before; 0 for at once, so that a clock that is set back holds nothing up. */
  readonly notBefore: number;
  readonly attempts: number;
  /** Letters of one key are delivered one at a time, in order; `null` where order is not kept. */
  readonly key: string | null;
}

/** Where a letter stands: what the window keeps of it. */
export interface Place {
  readonly due: number;
  readonly seq: number;
}

/** A letter that is being delivered, where it stands. */
export interface Received extends Omit<Letter, 'notBefore'> {
  readonly seq: number;
}

/** The due time of letters that wait for an earlier one of their key. */
const parked = Number.MAX_SAFE_INTEGER;

type ReceivedTuple = [
  seq: number,
  id: string,
  body: string,
  trace: string | null,
  at: number,
  attempts: number,
  key: string | null,
];

/** Holds for the letters at places that are given as JSON: one statement for all takes half the time of one for each. */
const amongPlaces = '(due, seq) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))';
const placesAsJson = (places: readonly Place[]): string => JSON.stringify(places.map(({ due, seq }) => [due, seq]));

/** The rows of one mailbox: letters by due time, so that one b-tree is all there is to change, and dead letters. */
export class MailboxRows {
  readonly #engine: Engine;
  readonly #letters: string;
  readonly #dead: string;
  readonly #insert: Statement;
  readonly #receive: Tuples;
  readonly #removeAll: Statement;

  /** @param options.byId - Letters can be looked up by their id. */
  constructor(engine: Engine, name: string, options: { readonly byId: boolean }) {
    this.#engine = engine;
    this.#letters = identifier(name);
    this.#dead = identifier(`${name} dead`);
    claimShape(engine, name, 'mailbox');
    engine.define((execute) => {
      execute(`CREATE TABLE IF NOT EXISTS ${this.#letters} (
        due INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, trace TEXT, at INTEGER NOT NULL,
        not_before INTEGER NOT NULL, attempts INTEGER NOT NULL, key TEXT, PRIMARY KEY (due, seq)
      ) STRICT, WITHOUT ROWID`);
      execute(
        `CREATE INDEX IF NOT EXISTS ${identifier(`${name} by key`)} ON ${this.#letters} (key, seq) WHERE key IS NOT NULL`,
      );
      if (options.byId)
        execute(`CREATE INDEX IF NOT EXISTS ${identifier(`${name} by id`)} ON ${this.#letters} (id, at)`);
      execute(`CREATE TABLE IF NOT EXISTS ${this.#dead} (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, trace TEXT, at INTEGER NOT NULL,
        attempts INTEGER NOT NULL, key TEXT, reason TEXT NOT NULL, dead_at INTEGER NOT NULL
      ) STRICT`);
    });
    this.#insert = engine.statement(`INSERT INTO ${this.#letters} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#removeAll = engine.statement(`DELETE FROM ${this.#letters} WHERE ${amongPlaces}`);
    this.#receive = engine
      .statement(
        `UPDATE ${this.#letters} SET attempts = attempts + 1 WHERE ${amongPlaces}
         RETURNING seq, id, body, trace, at, attempts, key`,
      )
      .tuples();
  }

  /** @returns Where it stands, or `undefined` while an earlier one of its key is in the way. */
  insert({ id, body, trace, at, notBefore, attempts, key }: Letter): Place | undefined {
    const seq = this.#engine.sequence();
    const due = key !== null && this.#head(key) !== undefined ? parked : notBefore;
    this.#insert.run(due, seq, id, body, trace, at, notBefore, attempts, key);
    return due === parked ? undefined : { due, seq };
  }

  /** Letters after `after` in the order in which they fall due. */
  load(after: Place | undefined, limit: number): readonly Place[] {
    return this.#sql(
      `SELECT due, seq FROM ${this.#letters} WHERE (due, seq) > (?, ?) AND due < ${parked} ORDER BY due, seq LIMIT ?`,
    ).all(after?.due ?? -1, after?.seq ?? -1, limit) as unknown as readonly Place[];
  }

  /** Counts one more attempt of each, before it is made. @returns The letters by number; those that are gone are not there. */
  receive(places: readonly Place[]): ReadonlyMap<number, Received> {
    const rows = this.#receive.returning(placesAsJson(places)) as ReceivedTuple[];
    return new Map(
      rows.map(([seq, id, body, trace, at, attempts, key]) => [seq, { seq, id, body, trace, at, attempts, key }]),
    );
  }

  /** Removes letters that have no ordering key. */
  removeAll(places: readonly Place[]): void {
    if (places.length > 0) this.#removeAll.run(placesAsJson(places));
  }

  /** @returns Whether it was there, and where the next letter of its key now stands if that had to wait for this one. */
  remove({ due, seq }: Place): { readonly found: boolean; readonly next: Place | undefined } {
    const removed = this.#sql(`DELETE FROM ${this.#letters} WHERE due = ? AND seq = ? RETURNING key`).returning(
      due,
      seq,
    );
    const key = removed?.['key'] ?? null;
    return { found: removed !== undefined, next: key === null ? undefined : this.#promote(key as string) };
  }

  /** Puts it off until `due`. @returns Where it now stands, unless it is gone. */
  postpone(place: Place, due: number, attempts: number): Place | undefined {
    const sql = `UPDATE ${this.#letters} SET due = ?, attempts = ? WHERE due = ? AND seq = ?`;
    return this.#sql(sql).run(due, attempts, place.due, place.seq) === 1 ? { due, seq: place.seq } : undefined;
  }

  has(id: string, at: number): boolean {
    return this.#sql(`SELECT 1 FROM ${this.#letters} WHERE id = ? AND at = ?`).get(id, at) !== undefined;
  }

  /** @returns Where they stood. */
  removeById(id: string, at: number): Place | undefined {
    const sql = `DELETE FROM ${this.#letters} WHERE id = ? AND at = ? RETURNING due, seq`;
    return this.#sql(sql).returning(id, at) as Place | undefined;
  }

  bury({ id, body, trace, at, attempts, key }: Omit<Letter, 'notBefore'>, reason: string, deadAt: number): void {
    const seq = this.#engine.sequence();
    this.#sql(`INSERT INTO ${this.#dead} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
      seq,
      id,
      body,
      trace,
      at,
      attempts,
      key,
      reason,
      deadAt,
    );
  }

  dead(after: number, limit: number): readonly Row[] {
    return this.#sql(`SELECT * FROM ${this.#dead} WHERE seq > ? ORDER BY seq LIMIT ?`).all(after, limit);
  }

  countDead(): number {
    return this.#sql(`SELECT count(*) AS count FROM ${this.#dead}`).get()?.['count'] as number;
  }

  /** The number of the newest dead letter, 0 when there is none. */
  newestDead(): number {
    return (this.#sql(`SELECT max(seq) AS seq FROM ${this.#dead}`).get()?.['seq'] as number | null) ?? 0;
  }

  /** Sends the oldest dead letters back, attempts at 0 again: at most `limit`, and none newer than `upTo`. */
  redrive(upTo: number, limit: number): { readonly moved: number; readonly places: readonly (Place | undefined)[] } {
    const rows = this.dead(0, limit).filter(({ seq }) => (seq as number) <= upTo);
    const places = rows.map((row) => {
      this.#sql(`DELETE FROM ${this.#dead} WHERE seq = ?`).run(row['seq']!);
      const { id, body, trace, at, key } = row as unknown as Letter;
      return this.insert({ id, body, trace, at, key, notBefore: 0, attempts: 0 });
    });
    return { moved: rows.length, places };
  }

  #head(key: string): Row | undefined {
    return this.#sql(`SELECT due, seq, not_before FROM ${this.#letters} WHERE key = ? ORDER BY seq LIMIT 1`).get(key);
  }

  #promote(key: string): Place | undefined {
    const next = this.#head(key);
    if (next === undefined || next['due'] !== parked) return undefined;
    const place = { due: next['not_before'] as number, seq: next['seq'] as number };
    this.#sql(`UPDATE ${this.#letters} SET due = ? WHERE due = ${parked} AND seq = ?`).run(place.due, place.seq);
    return place;
  }

  #sql(sql: string) {
    return this.#engine.statement(sql);
  }
}

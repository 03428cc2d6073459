import type { Engine } from '../engine/engine.ts';
import { identifier } from '../engine/identifiers.ts';
import { claimShape } from '../engine/ports.ts';
import type { Row, Statement } from '../engine/statement.ts';

/** Where the bytes of an object are: in the platform's file, or in one of their own. */
export type Whereabouts =
  { readonly kind: 'inline'; readonly content: number } | { readonly kind: 'file'; readonly file: string };

/** An object as it stands. */
export interface ObjectRow {
  readonly key: string;
  /** A number that no other write ever has. */
  readonly tag: number;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly contentType: string;
  /** JSON. */
  readonly metadata: string;
  readonly whereabouts: Whereabouts;
}

/** Bytes that were taken in: short ones go into the platform's file with their row. */
export type Stored = { readonly sizeBytes: number } & (
  { readonly kind: 'inline'; readonly bytes: Uint8Array } | { readonly kind: 'file'; readonly file: string }
);

const columns = 'key, tag, size, modified_at, type, metadata, content, file';

/**
 * Which objects stand in one place, by key. Copies share their bytes, which go with the last of them. Every change is
 * made inside a write.
 */
export class ObjectRows {
  readonly #engine: Engine;
  readonly #objects: string;
  readonly #contents: string;
  readonly #find: Statement;

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.#objects = identifier(name);
    this.#contents = identifier(`${name} contents`);
    claimShape(engine, name, 'objects');
    engine.define((execute) => {
      execute(`CREATE TABLE IF NOT EXISTS ${this.#objects} (
        key TEXT PRIMARY KEY, tag INTEGER NOT NULL, size INTEGER NOT NULL, modified_at INTEGER NOT NULL,
        type TEXT NOT NULL, metadata TEXT NOT NULL, content INTEGER, file TEXT
      ) STRICT, WITHOUT ROWID`);
      // Contents apart from their rows, so that lists go through short rows only.
      execute(`CREATE TABLE IF NOT EXISTS ${this.#contents} (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`);
      for (const column of ['content', 'file']) {
        const index = identifier(`${name} by ${column}`);
        execute(`CREATE INDEX IF NOT EXISTS ${index} ON ${this.#objects} (${column}) WHERE ${column} IS NOT NULL`);
      }
    });
    this.#find = engine.statement(`SELECT ${columns} FROM ${this.#objects} WHERE key = ?`);
  }

  find(key: string): ObjectRow | undefined {
    const row = this.#find.get(key);
    return row && objectOf(row);
  }

  contentOf(content: number): Uint8Array {
    const row = this.#engine.statement(`SELECT bytes FROM ${this.#contents} WHERE id = ?`).get(content);
    // A copy, as an array of this context.
    return new Uint8Array(row!['bytes'] as unknown as Uint8Array);
  }

  /** Up to `limit` objects from `from` on or, with `after`, behind it, and before `end`. */
  list(range: {
    readonly from: string;
    readonly after: boolean;
    readonly end: string | undefined;
    readonly limit: number;
  }): readonly ObjectRow[] {
    const ended = range.end === undefined ? '' : 'AND key < ?';
    const sql = `SELECT ${columns} FROM ${this.#objects}
      WHERE key ${range.after ? '>' : '>='} ? ${ended} ORDER BY key LIMIT ?`;
    const bounds = range.end === undefined ? [range.from] : [range.from, range.end];
    return this.#engine
      .statement(sql)
      .all(...bounds, range.limit)
      .map(objectOf);
  }

  /** Puts bytes that were taken in where they can be found by their row. */
  keep(stored: Stored): Whereabouts {
    if (stored.kind === 'file') return stored;
    const content = this.#engine.sequence();
    this.#engine.statement(`INSERT INTO ${this.#contents} VALUES (?, ?)`).run(content, stored.bytes);
    return { kind: 'inline', content };
  }

  /** Sets an object in the place of what stood. @returns The file that nothing needs any more, if there is one. */
  replace(row: ObjectRow): string | undefined {
    const before = this.find(row.key);
    const content = row.whereabouts.kind === 'inline' ? row.whereabouts.content : null;
    const file = row.whereabouts.kind === 'file' ? row.whereabouts.file : null;
    this.#engine
      .statement(`INSERT OR REPLACE INTO ${this.#objects} (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(row.key, row.tag, row.sizeBytes, row.modifiedAt, row.contentType, row.metadata, content, file);
    return before && this.#letGo(before.whereabouts);
  }

  /** @returns The file that nothing needs any more, if there is one. */
  remove(key: string): string | undefined {
    const before = this.find(key);
    if (before === undefined) return undefined;
    this.#engine.statement(`DELETE FROM ${this.#objects} WHERE key = ?`).run(key);
    return this.#letGo(before.whereabouts);
  }

  /** Whether an object has its bytes in that file. */
  needs(file: string): boolean {
    return this.#engine.statement(`SELECT 1 FROM ${this.#objects} WHERE file = ? LIMIT 1`).get(file) !== undefined;
  }

  #letGo(whereabouts: Whereabouts): string | undefined {
    if (whereabouts.kind === 'file') return this.needs(whereabouts.file) ? undefined : whereabouts.file;
    const { content } = whereabouts;
    const shared = this.#engine.statement(`SELECT 1 FROM ${this.#objects} WHERE content = ? LIMIT 1`).get(content);
    if (shared === undefined) this.#engine.statement(`DELETE FROM ${this.#contents} WHERE id = ?`).run(content);
    return undefined;
  }
}

function objectOf(row: Row): ObjectRow {
  const { content, file } = row;
  return {
    key: row['key'] as string,
    tag: row['tag'] as number,
    sizeBytes: row['size'] as number,
    modifiedAt: row['modified_at'] as number,
    contentType: row['type'] as string,
    metadata: row['metadata'] as string,
    whereabouts: typeof file === 'string' ? { kind: 'file', file } : { kind: 'inline', content: content as number },
  };
}

import type { SQLInputValue, StatementSync } from 'node:sqlite';

/** A row as SQLite gives it; columns are checked where rows are read. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A prepared statement. What changes rows goes through `run` and `returning`, so that the engine knows of it. */
export class Statement {
  readonly #statement: StatementSync;
  readonly #touch: () => void;

  constructor(statement: StatementSync, touch: () => void) {
    this.#statement = statement;
    this.#touch = touch;
  }

  /** Changes rows. @returns How many were inserted, updated or deleted. */
  run(...values: SQLInputValue[]): number {
    this.#touch();
    return Number(this.#statement.run(...values).changes);
  }

  /** Changes rows. @returns The first row of its `RETURNING`. */
  returning(...values: SQLInputValue[]): Row | undefined {
    this.#touch();
    return this.#statement.get(...values) as Row | undefined;
  }

  get(...values: SQLInputValue[]): Row | undefined {
    return this.#statement.get(...values) as Row | undefined;
  }

  all(...values: SQLInputValue[]): readonly Row[] {
    // Native code makes arrays of the main context; a copy is an array of ours, which matters where tests have their own.
    return [...(this.#statement.all(...values) as unknown as readonly Row[])];
  }
}

import type { SQLInputValue, StatementSync } from 'node:sqlite';

/** A row as SQLite gives it; columns are checked where rows are read. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A row as the array of its columns, a third cheaper to make than a {@link Row}. */
export type Tuple = readonly (string | number | null)[];

/** A query whose rows come as arrays. */
export interface Tuples {
  get(...values: SQLInputValue[]): Tuple | undefined;
  /** To be gone through and not kept: in tests the array is one of another context. */
  all(...values: SQLInputValue[]): readonly Tuple[];
  /** Changes rows. @returns Those of its `RETURNING`. */
  returning(...values: SQLInputValue[]): readonly Tuple[];
}

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
  /** Has rows come as arrays, from here on: of this query there must be no other use. */
  tuples(): Tuples {
    const statement = this.#statement;
    statement.setReturnArrays(true);
    const all = (...values: SQLInputValue[]) => statement.all(...values) as unknown as readonly Tuple[];
    return {
      get: (...values) => statement.get(...values) as unknown as Tuple | undefined,
      all,
      returning: (...values) => {
        this.#touch();
        return all(...values);
      },
    };
  }
}

/** Rows by partition and key: a query looks at its own partition alone, as engines do. */
export class RowSet<Row extends { readonly key: readonly string[] }> {
  readonly #partitions: Map<string, Map<string, Row>>;

  constructor(from?: RowSet<Row>) {
    this.#partitions = new Map(from && [...from.#partitions].map(([name, rows]) => [name, new Map(rows)]));
  }

  get(key: readonly string[]): Row | undefined {
    return this.#partitions.get(key[0]!)?.get(sortOf(key));
  }

  set(row: Row): void {
    const partition = row.key[0]!;
    let rows = this.#partitions.get(partition);
    if (rows === undefined) this.#partitions.set(partition, (rows = new Map()));
    rows.set(sortOf(row.key), row);
  }

  delete(key: readonly string[]): void {
    const rows = this.#partitions.get(key[0]!);
    rows?.delete(sortOf(key));
    if (rows?.size === 0) this.#partitions.delete(key[0]!);
  }

  of(partition: string): Iterable<Row> {
    return this.#partitions.get(partition)?.values() ?? [];
  }

  *all(): Iterable<Row> {
    for (const rows of this.#partitions.values()) yield* rows.values();
  }
}

const sortOf = (key: readonly string[]): string => key[1] ?? '';

import type { TablePort } from '@portolan/kernel';
import type { Engine } from '../engine/engine.ts';
import { identifier } from '../engine/identifiers.ts';
import { claimShape } from '../engine/ports.ts';
import type { Row } from '../engine/statement.ts';

/** Where a table's parts lie in SQLite: one row per item, and one column for each field that an index orders by. */
export interface TableLayout {
  /** Quoted. */
  readonly table: string;
  /** Fields of the item that have a column of their own, in the order of {@link fieldColumns}. */
  readonly fields: readonly string[];
  /** Quoted. */
  readonly fieldColumns: readonly string[];
  readonly orders: Readonly<Record<string, IndexLayout>>;
}

/** All quoted. */
export interface IndexLayout {
  readonly index: string;
  readonly partition: string;
  readonly sort: string;
  /** What holds of the items in it, those that have both fields. Empty when both are parts of the key. */
  readonly present: readonly string[];
}

/** Rows that are read at a time while a new index is filled. */
const rowsPerFill = 1_000;

/**
 * Creates the table of a port, or brings an existing one to the indexes that the port declares now.
 *
 * The row holds the item's JSON once. Index columns are kept apart from it, so that a write which leaves them alone
 * leaves the indexes alone. Rows lie in the order of their insertion (measured: a third more inserts than in the order of
 * the key, updates and reads as fast): items of one time are close to each other whatever their partitions.
 */
export function layOutTable(engine: Engine, name: string, port: TablePort): TableLayout {
  claimShape(engine, name, `table keyed by ${port.key.join(', ')}`);
  const layout = planLayout(name, port);
  engine.define((execute) => {
    execute(`CREATE TABLE IF NOT EXISTS ${layout.table} (
      pk TEXT NOT NULL, sk TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, expires_at INTEGER,
      PRIMARY KEY (pk, sk)
    ) STRICT`);
    execute(
      `CREATE INDEX IF NOT EXISTS ${identifier(`${name} expiry`)} ON ${layout.table} (expires_at) WHERE expires_at IS NOT NULL`,
    );
    const kept = dropUndeclared(engine, name, layout, execute);
    const missing = layout.fields.filter((_field, index) => !kept.columns.has(layout.fieldColumns[index]!));
    for (const field of missing) execute(`ALTER TABLE ${layout.table} ADD COLUMN ${columnOf(field)} TEXT`);
    if (missing.length > 0) fill(engine, layout, missing);
    for (const [order, sql] of indexDefinitions(layout)) if (!kept.orders.has(order)) execute(sql);
  });
  return layout;
}

const columnOf = (field: string): string => identifier(`item.${field}`);

function planLayout(name: string, port: TablePort): TableLayout {
  const [partitionKey, sortKey] = port.key;
  const place = (field: string): string => (field === partitionKey ? 'pk' : field === sortKey ? 'sk' : columnOf(field));
  const fields = [...new Set(Object.values(port.indexes).flat())].filter((field) => !port.key.includes(field));
  const orders = Object.entries(port.indexes).map(([index, [partition, sort]]) => {
    const columns = [place(partition), place(sort)] as const;
    // Of the key's columns SQLite knows that they hold no NULL, and would not see that a query meets the condition.
    const present = columns
      .filter((column) => column !== 'pk' && column !== 'sk')
      .map((column) => `${column} IS NOT NULL`);
    return [
      index,
      { index: identifier(`${name} by ${index}`), partition: columns[0], sort: columns[1], present },
    ] as const;
  });
  return { table: identifier(name), fields, fieldColumns: fields.map(columnOf), orders: Object.fromEntries(orders) };
}

/** The statement that makes each index. Items without one of the two fields are not in it. */
function indexDefinitions({ table, orders }: TableLayout): readonly (readonly [order: string, sql: string])[] {
  return Object.entries(orders).map(([order, { index, partition, sort, present }]) => {
    const columns = [...new Set([partition, sort, 'pk', 'sk'])].join(', ');
    return [
      order,
      `CREATE INDEX ${index} ON ${table} (${columns})${present.length === 0 ? '' : ` WHERE ${present.join(' AND ')}`}`,
    ];
  });
}

/** Drops indexes and columns that are not declared any more, or not so. @returns Those that stay. */
function dropUndeclared(engine: Engine, name: string, layout: TableLayout, execute: (sql: string) => void) {
  const wanted = new Map(indexDefinitions(layout).map(([order, sql]) => [sql, order]));
  const orders = new Set<string>();
  const stored = engine
    .statement(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
    .all(unquoted(layout.table));
  for (const { name: index, sql } of stored) {
    const order = wanted.get(sql as string);
    if (order !== undefined) orders.add(order);
    else if (index !== unquoted(identifier(`${name} expiry`)))
      execute(`DROP INDEX "${(index as string).replaceAll('"', '""')}"`);
  }
  const columns = new Set<string>();
  for (const { name: column } of engine
    .statement('SELECT name FROM pragma_table_info(?)')
    .all(unquoted(layout.table))) {
    if (!(column as string).startsWith('item.')) continue;
    const quoted = `"${(column as string).replaceAll('"', '""')}"`;
    if (layout.fieldColumns.includes(quoted)) columns.add(quoted);
    // A column that is no longer written would be wrong when its index came back.
    else execute(`ALTER TABLE ${layout.table} DROP COLUMN ${quoted}`);
  }
  return { orders, columns };
}

const unquoted = (quoted: string): string => quoted.slice(1, -1).replaceAll('""', '"');

/** Takes the values of new columns from the items. */
function fill(engine: Engine, { table }: TableLayout, fields: readonly string[]): void {
  const page = engine.statement(
    `SELECT pk, sk, value FROM ${table} WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ${rowsPerFill}`,
  );
  const write = engine.statement(
    `UPDATE ${table} SET ${fields.map((f) => `${columnOf(f)} = ?`).join(', ')} WHERE pk = ? AND sk = ?`,
  );
  let last: Row | undefined = { pk: '', sk: '' };
  while (last !== undefined) {
    const rows: readonly Row[] = page.all(last['pk']!, last['sk']!);
    for (const { pk, sk, value } of rows) write.run(...fieldValues(fields, JSON.parse(value as string)), pk!, sk!);
    last = rows.length < rowsPerFill ? undefined : rows.at(-1);
  }
}

/** What the columns of `fields` hold for an item. */
export function fieldValues(fields: readonly string[], item: object): (string | null)[] {
  return fields.map((field) => {
    const value = (item as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : null;
  });
}

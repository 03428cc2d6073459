import { checkKeyPart, maxPageItems, PortError, type TablePort, type TableRange } from '@portolan/kernel';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { Engine } from '../engine/engine.ts';
import type { TableLayout } from './layout.ts';
import { rowsOf, type StoredRow } from './rows.ts';

/** One page of rows in the order of a range, by its sort key and then by the primary key. */
export function readPage(
  engine: Engine,
  layout: TableLayout,
  port: TablePort,
  range: TableRange,
): { readonly rows: readonly StoredRow[]; readonly cursor: string | undefined } {
  const limit = checkLimit(port, range.limit ?? 100);
  const order = range.index === undefined ? undefined : layout.orders[range.index];
  if (range.index !== undefined && (order === undefined || !Object.hasOwn(layout.orders, range.index))) {
    throw new PortError('invalid', `table "${port.name}" has no index "${range.index}"`);
  }
  checkKeyPart(port.name, 'partition', range.partition);
  const descending = range.order === 'descending';
  const scope = [port.name, range.index ?? null, range.partition, range.from ?? null, range.to ?? null, descending];
  const after =
    range.cursor === undefined ? undefined : decodeCursor(`table "${port.name}"`, scope, range.cursor, threeStrings);
  const { partition, sort, present } = order ?? { partition: 'pk', sort: 'sk', present: [] };
  const where = [`${partition} = ?`, ...present];
  const values: (string | number)[] = [range.partition];
  const bound = (condition: string, ...bounds: readonly string[]): void => {
    where.push(condition);
    values.push(...bounds);
  };
  if (after !== undefined) bound(`(${sort}, pk, sk) ${descending ? '<' : '>'} (?, ?, ?)`, ...after);
  // The cursor lies inside the range, so that the bound behind it says nothing more.
  if (range.from !== undefined && (after === undefined || descending)) bound(`${sort} >= ?`, range.from);
  if (range.to !== undefined && (after === undefined || !descending)) bound(`${sort} < ?`, range.to);
  const direction = descending ? 'DESC' : 'ASC';
  const sql = `SELECT rowid, version, expires_at, value FROM ${layout.table} ${order === undefined ? '' : `INDEXED BY ${order.index}`}
    WHERE ${where.join(' AND ')} AND (expires_at IS NULL OR expires_at > ?)
    ORDER BY ${sort} ${direction}, pk ${direction}, sk ${direction} LIMIT ?`;
  return engine.read(() => {
    const found = engine.statement(sql).tuples();
    const rows = rowsOf(found.all(...values, engine.alarm.clock.now(), limit + 1));
    if (rows.length <= limit) return { rows, cursor: undefined };
    rows.length = limit;
    // Of the last row alone it is asked where it lies: three texts less to read of every other one.
    const place = engine.statement(`SELECT ${sort}, pk, sk FROM ${layout.table} WHERE rowid = ?`).tuples();
    return { rows, cursor: encodeCursor(scope, [...(place.get(rows.at(-1)!.rowid) as readonly string[])]) };
  });
}

const threeStrings = ['string', 'string', 'string'] as const;

function checkLimit(port: TablePort, limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageItems) return limit;
  throw new PortError(
    'invalid',
    `table "${port.name}": limit must be an integer from 1 to ${maxPageItems}, not ${limit}`,
  );
}

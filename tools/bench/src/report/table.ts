import { figureOf, type Series } from '../suite/series.ts';
import type { Limit } from './limits.ts';

/** A figure as a column of a table. */
export type Column = readonly [title: string, figure: string, show: (value: number) => string];

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;
export const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ms`;
export const mb = (value: number): string => `${Math.round(value)} MB`;
export const plain = (value: number): string => String(value);

/** One measurement as a table: a line for each system, medians with the lowest and highest of the runs. */
export function seriesTable(all: readonly Series[], columns: readonly Column[]): string {
  const rows = all.map((series) => [series.title, ...columns.map(([, figure, show]) => cell(series, figure, show))]);
  return layOut([['', ...columns.map(([title]) => title)], ...rows]);
}

function cell(series: Series, figure: string, show: (value: number) => string): string {
  const spread = figureOf(series, figure);
  if (spread === undefined) return '-';
  const [median, min, max] = [show(spread.median), show(spread.min), show(spread.max)];
  return min === max ? median : `${median} (${min} - ${max})`;
}

export function limitsTable(limits: readonly Limit[]): string {
  return layOut([
    ['', 'figure to reach', 'measured', ''],
    ...limits.map(({ what, limit, value, reached, marginPercent }) => [
      what,
      limit,
      value,
      `${reached ? 'reached' : 'MISSED'} by ${Math.abs(marginPercent).toFixed(0)} %`,
    ]),
  ]);
}

/** Columns as wide as their widest cell: the first to the left, figures to the right. */
function layOut(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_title, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `  ${line(row)}`).join('\n');
}

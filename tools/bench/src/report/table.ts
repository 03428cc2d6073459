import type { MeasurementName } from '../options.ts';
import { figureOf, type Series } from '../suite/series.ts';
import { isOwn, subjects } from '../subject/subjects.ts';
import type { Limit } from './limits.ts';

const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ms`;
const mb = (value: number): string => `${Math.round(value)} MB`;
const plain = (value: number): string => String(value);

type Column = readonly [title: string, figure: string, show: (value: number) => string];

const columns: Readonly<Record<MeasurementName, readonly Column[]>> = {
  create: [
    ['accepted', 'perSecond', perSecond],
    ['wait p50', 'p50Ms', ms],
    ['wait p99', 'p99Ms', ms],
    ['memory', 'peakRssMb', mb],
  ],
  lateness: [
    ['late p50', 'p50Ms', ms],
    ['late p99', 'p99Ms', ms],
    ['late max', 'maxMs', ms],
    ['lost', 'lost', plain],
    ['early', 'early', plain],
  ],
  drain: [
    ['drained in', 'drainMs', ms],
    ['a second', 'perSecond', perSecond],
    ['all recorded', 'settledMs', ms],
    ['lost', 'lost', plain],
    ['early', 'early', plain],
    ['twice', 'twice', plain],
    ['memory', 'peakRssMb', mb],
  ],
  million: [
    ['start-up', 'startMs', ms],
    ['memory then', 'startRssMb', mb],
    ['accepted', 'perSecond', perSecond],
    ['wait p99', 'p99Ms', ms],
    ['memory at most', 'peakRssMb', mb],
    ['while filling', 'fillPeakRssMb', mb],
  ],
  http: [
    ['accepted', 'perSecond', perSecond],
    ['wait p50', 'p50Ms', ms],
    ['wait p99', 'p99Ms', ms],
  ],
};

/** One measurement as a table: a line for each system, medians with the lowest and highest of the runs. */
export function seriesTable(measurement: MeasurementName, all: readonly Series[]): string {
  const rows = all
    .filter((series) => series.measurement === measurement)
    .map((series) => [nameOf(series), ...columns[measurement].map(([, figure, show]) => cell(series, figure, show))]);
  return layOut([['', ...columns[measurement].map(([title]) => title)], ...rows]);
}

function nameOf({ subject, tuned, open }: Series): string {
  const settings = isOwn(subject) || tuned ? '' : ', defaults';
  return `${subjects[subject].title}${settings}${open === undefined ? '' : `, ${open.toLocaleString('en-US')} open`}`;
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

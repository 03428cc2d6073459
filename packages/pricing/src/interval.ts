import { dateOf, dayNumber } from './calendar.ts';
import { microsPerDay, microsPerMinute, microsPerSecond } from './time.ts';

/** The intervals that candles are asked for in: aligned to UTC, start included, end not. */
export const candleIntervals = ['1s', '1m', '5m', '15m', '1h', '6h', '1d'] as const;
export type CandleInterval = (typeof candleIntervals)[number];

/** The levels of the archive, from the leaf, which holds trades, to the root's children. */
export const archiveLevels = ['minute', 'hour', 'day', 'month', 'year'] as const;
export type ArchiveLevel = (typeof archiveLevels)[number];

/** Anything that time is divided by. */
export type Interval = CandleInterval | ArchiveLevel;

/** Widths in microseconds of the intervals that have one. */
const widths = {
  '1s': microsPerSecond,
  '1m': microsPerMinute,
  '5m': 5 * microsPerMinute,
  '15m': 15 * microsPerMinute,
  '1h': 60 * microsPerMinute,
  '6h': 360 * microsPerMinute,
  '1d': microsPerDay,
  minute: microsPerMinute,
  hour: 60 * microsPerMinute,
  day: microsPerDay,
} as const satisfies Partial<Record<Interval, number>>;

/** The width of a candle's interval, in microseconds. */
export const widthOf = (interval: CandleInterval): number => widths[interval];

/** The start of the interval that an instant lies in; both in microseconds. */
export function startOf(interval: Interval, time: number): number {
  if (interval === 'month' || interval === 'year') {
    const { year, month } = dateOf(Math.floor(time / microsPerDay));
    return dayNumber(year, interval === 'year' ? 1 : month, 1) * microsPerDay;
  }
  return time - (time % widths[interval]);
}

/** The end of the interval that an instant lies in, which is the start of the next. */
export function endOf(interval: Interval, time: number): number {
  if (interval === 'month' || interval === 'year') {
    const { year, month } = dateOf(Math.floor(time / microsPerDay));
    return dayNumber(year, interval === 'year' ? 13 : month + 1, 1) * microsPerDay;
  }
  return time - (time % widths[interval]) + widths[interval];
}

/** The level whose intervals make up one of this level: `undefined` for minutes, which hold trades. */
export const childLevel = (level: ArchiveLevel): ArchiveLevel | undefined =>
  archiveLevels[archiveLevels.indexOf(level) - 1];

/** The level of the interval that one of this level is part of: `undefined` for years. */
export const parentLevel = (level: ArchiveLevel): ArchiveLevel | undefined =>
  archiveLevels[archiveLevels.indexOf(level) + 1];

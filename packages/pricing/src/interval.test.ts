import { dateOf, dayNumber, daysInMonth } from './calendar.ts';
import {
  archiveLevels,
  candleIntervals,
  childLevel,
  endOf,
  parentLevel,
  startOf,
  widthOf,
  type Interval,
} from './interval.ts';
import { formatTime, microsPerDay, parseTime } from './time.ts';

const at = (text: string): number => parseTime(`${text}Z`)!;

function startsWithin(interval: Interval, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let start = from; start < to; start = endOf(interval, start)) starts.push(start);
  return starts;
}

test.each([
  ['1s', '2024-02-29T23:59:59', '2024-03-01T00:00:00'],
  ['1m', '2024-02-29T23:59:00', '2024-03-01T00:00:00'],
  ['5m', '2024-02-29T23:55:00', '2024-03-01T00:00:00'],
  ['15m', '2024-02-29T23:45:00', '2024-03-01T00:00:00'],
  ['1h', '2024-02-29T23:00:00', '2024-03-01T00:00:00'],
  ['6h', '2024-02-29T18:00:00', '2024-03-01T00:00:00'],
  ['1d', '2024-02-29T00:00:00', '2024-03-01T00:00:00'],
  ['minute', '2024-02-29T23:59:00', '2024-03-01T00:00:00'],
  ['hour', '2024-02-29T23:00:00', '2024-03-01T00:00:00'],
  ['day', '2024-02-29T00:00:00', '2024-03-01T00:00:00'],
  ['month', '2024-02-01T00:00:00', '2024-03-01T00:00:00'],
  ['year', '2024-01-01T00:00:00', '2025-01-01T00:00:00'],
] as const)('the %s around the end of a leap February is from %s to %s', (interval, start, end) => {
  for (const time of [at('2024-02-29T23:59:59.999999'), at(start)]) {
    expect(formatTime(startOf(interval, time))).toBe(formatTime(at(start)));
    expect(formatTime(endOf(interval, time))).toBe(formatTime(at(end)));
  }
  expect(startOf(interval, at(end))).toBe(at(end));
});

test('a December ends with its year', () => {
  expect(endOf('month', at('2025-12-31T12:00:00'))).toBe(at('2026-01-01T00:00:00'));
  expect(endOf('year', at('2025-12-31T12:00:00'))).toBe(at('2026-01-01T00:00:00'));
});

test.each([
  ['hour', '2026-01-31T13:00:00', 60],
  ['day', '2026-01-31T00:00:00', 24],
  ['month', '2026-02-01T00:00:00', 28],
  ['month', '2024-02-01T00:00:00', 29],
  ['month', '2026-01-01T00:00:00', 31],
  ['year', '2026-01-01T00:00:00', 12],
] as const)('a %s from %s is made up of %d', (level, start, count) => {
  const end = endOf(level, at(start));
  const children = startsWithin(childLevel(level)!, at(start), end);
  expect(children).toHaveLength(count);
  expect(endOf(childLevel(level)!, children.at(-1)!)).toBe(end);
  for (const one of children) expect(startOf(level, one)).toBe(at(start));
});

test('levels stand in each other', () => {
  expect(archiveLevels.map(parentLevel)).toEqual(['hour', 'day', 'month', 'year', undefined]);
  expect(archiveLevels.map(childLevel)).toEqual([undefined, 'minute', 'hour', 'day', 'month']);
});

test('candle intervals are as wide as they say, and divide a day', () => {
  for (const interval of candleIntervals) {
    const starts = startsWithin(interval, at('2026-03-29T00:00:00'), at('2026-03-30T00:00:00'));
    expect(starts.length * widthOf(interval)).toBe(microsPerDay);
  }
});

test('every day from 1970 to 2200 has the date that the platform gives it', () => {
  for (let day = 0; day < dayNumber(2201, 1, 1); day++) {
    const { year, month, day: dayOfMonth } = dateOf(day);
    // One comparison for each, as eighty thousand assertions take seconds.
    if (dayNumber(year, month, dayOfMonth) !== day || dayOfMonth > daysInMonth(year, month))
      throw new Error(`day ${day} is not ${year}-${month}-${dayOfMonth}`);
  }
  expect(dayNumber(1970, 1, 1)).toBe(0);
  expect(dayNumber(2200, 3, 1)).toBe(Date.UTC(2200, 2, 1) / 86_400_000);
});

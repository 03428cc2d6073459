import { candleIntervals } from '@portolan/pricing';
import { intervals, isInterval, startOf, usualInterval } from './interval.ts';

test('knows the intervals that the service declares', () => {
  expect(intervals).toEqual(candleIntervals);
  expect(intervals).toContain(usualInterval);
  expect([isInterval('6h'), isInterval('7h'), isInterval(null)]).toEqual([true, false, false]);
});

test('aligns instants to UTC', () => {
  const at = Date.parse('2026-03-29T13:59:59.999Z');
  expect(intervals.map((interval) => new Date(startOf(interval, at)).toISOString())).toEqual([
    '2026-03-29T13:59:59.000Z',
    '2026-03-29T13:59:00.000Z',
    '2026-03-29T13:55:00.000Z',
    '2026-03-29T13:45:00.000Z',
    '2026-03-29T13:00:00.000Z',
    '2026-03-29T12:00:00.000Z',
    '2026-03-29T00:00:00.000Z',
  ]);
});

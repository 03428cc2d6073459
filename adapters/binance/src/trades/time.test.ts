import { formatTime } from '@portolan/pricing/time';
import { microsOf } from './time.ts';

test.each([
  ['milliseconds, before 2025 in spot files', '1735689599999', '2024-12-31T23:59:59.999000Z'],
  ['microseconds, since then', '1735689600010866', '2025-01-01T00:00:00.010866Z'],
  ['milliseconds of futures, since then as well', '1735689600010', '2025-01-01T00:00:00.010000Z'],
  ["Binance's first trade", '1502942428322', '2017-08-17T04:00:28.322000Z'],
  ['the first instant that counts as milliseconds', '1000000000000', '2001-09-09T01:46:40.000000Z'],
  ['the same in microseconds', '1000000000000000', '2001-09-09T01:46:40.000000Z'],
  ['the last instant in milliseconds', '7289654399999', '2200-12-31T23:59:59.999000Z'],
  ['the last instant in microseconds', '7289654399999999', '2200-12-31T23:59:59.999999Z'],
])('reads %s', (_what, digits, expected) => {
  expect(formatTime(microsOf(digits)!)).toBe(expected);
});

test.each([
  ['seconds', '1735689600'],
  ['nanoseconds', '1735689600010866000'],
  ['milliseconds of the year 2201', '7289654400000'],
  ['microseconds of the year 2201', '7289654400000000'],
  ['milliseconds of the year 2286', '9999999999999'],
  ['between the two', '17356896000108'],
  ['beyond 2^53', '9007199254740993'],
  ['a fraction', '1735689600010.5'],
  ['a sign', '-1735689600010'],
  ['a zero in front', '0735689600010866'],
  ['nothing', ''],
  ['an exponent', '1.7356896e12'],
])('refuses %s', (_what, digits) => {
  expect(microsOf(digits)).toBeUndefined();
});

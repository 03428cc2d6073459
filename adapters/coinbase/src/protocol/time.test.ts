import { isoTime, microsOf } from './time.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2026-09-29T13:45:58.467935Z', 1_790_689_558_467_935],
  ['2026-09-29T13:45:58.4Z', 1_790_689_558_400_000],
  ['2026-09-29T13:45:58Z', 1_790_689_558_000_000],
])('%s is %i microseconds', (time, micros) => {
  expect(microsOf(time)).toBe(micros);
});

test.each([0, 1, 999_999, 1_790_689_558_467_935, -1])('%i microseconds are written with six digits', (micros) => {
  expect(isoTime(micros)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(microsOf(isoTime(micros))).toBe(micros);
});

import { weightOf, weights } from './tick-marks.ts';

test.each([
  ['2026-01-01T00:00:00', '2025-12-31T23:59:00', weights.year],
  ['2026-02-01T00:00:00', '2026-01-31T00:00:00', weights.month],
  ['2026-02-02T00:00:00', '2026-02-01T23:59:59', weights.day],
  ['2026-02-02T12:00:00', '2026-02-02T11:59:00', weights.halfDay],
  ['2026-02-02T18:00:00', '2026-02-02T17:00:00', weights.sixHours],
  ['2026-02-02T15:00:00', '2026-02-02T14:55:00', weights.threeHours],
  ['2026-02-02T14:00:00', '2026-02-02T13:59:00', weights.hour],
  ['2026-02-02T13:30:00', '2026-02-02T13:29:00', weights.halfHour],
  ['2026-02-02T13:35:00', '2026-02-02T13:34:59', weights.fiveMinutes],
  ['2026-02-02T13:36:00', '2026-02-02T13:35:59', weights.minute],
  ['2026-02-02T13:36:01', '2026-02-02T13:36:00', weights.second],
  // After hours without trades, what has begun meanwhile counts, though nothing stands at its very beginning.
  ['2026-02-03T05:17:00', '2026-02-02T13:36:00', weights.day],
])('%s after %s weighs as what has begun', (wall, before, weight) => {
  expect(weightOf(Date.parse(`${wall}Z`), Date.parse(`${before}Z`))).toBe(weight);
});

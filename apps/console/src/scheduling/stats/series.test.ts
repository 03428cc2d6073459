import type { Stats } from '../../api/answers.ts';
import { lastHour, summaryOf } from './series.ts';

const now = Date.parse('2026-06-01T10:00:30Z');
const minute = (start: string, fired: number, p99Ms: number): Stats['minutes'][number] => ({
  start,
  fired,
  p50Ms: 1,
  p99Ms,
  maxMs: p99Ms,
});

test('fills the hour up to the present minute, with gaps in lateness where nothing ran', () => {
  const hour = lastHour([minute('2026-06-01T09:59:00.000Z', 4, 12)], now);
  expect(hour).toHaveLength(60);
  expect(hour[0]!.start).toBe(Date.parse('2026-06-01T09:01:00Z'));
  expect(hour.slice(-2)).toEqual([
    { start: Date.parse('2026-06-01T09:59:00Z'), fired: 4, p50Ms: 1, p99Ms: 12 },
    { start: Date.parse('2026-06-01T10:00:00Z'), fired: 0, p50Ms: null, p99Ms: null },
  ]);
});

test('leaves out minutes before the hour', () => {
  expect(lastHour([minute('2026-06-01T09:00:00.000Z', 4, 12)], now).every(({ fired }) => fired === 0)).toBe(true);
});

test('says what the chart shows', () => {
  expect(summaryOf(lastHour([], now))).toBe('No runs in the last hour.');
  const text = summaryOf(
    lastHour([minute('2026-06-01T09:30:00.000Z', 7, 12), minute('2026-06-01T09:40:00.000Z', 2, 80)], now),
  );
  expect(text).toMatch(/^9 runs in the last hour, at most 7 a minute/);
  expect(text).toMatch(/the worst p99 was 80 ms/);
});

import {
  durationMsOf,
  durationTextOf,
  formatCountdown,
  formatDuration,
  formatLateness,
  formatRelative,
} from './duration.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

test.each([
  [0, '00:00:00'],
  [second, '00:00:01'],
  [59 * second + 999, '00:00:59'],
  [4 * minute + 9 * second, '00:04:09'],
  [23 * hour + 59 * minute + 59 * second, '23:59:59'],
  [day, '1 d 00:00:00'],
  [3 * day + 4 * hour + 9 * second, '3 d 04:00:09'],
  [-5 * second, '00:00:00'],
])('counts %i ms down as %s', (leftMs, shown) => {
  expect(formatCountdown(leftMs)).toBe(shown);
});

test.each([
  [0, '0 ms'],
  [250, '250 ms'],
  [45 * second, '45 s'],
  [90 * minute, '1 h 30 min'],
  [day + minute, '1 d'],
  [hour, '1 h'],
])('writes %i ms as %s', (durationMs, shown) => {
  expect(formatDuration(durationMs)).toBe(shown);
});

test.each([
  [null, '–'],
  [0, '0 ms'],
  [1.3, '1.3 ms'],
  [12.4, '12 ms'],
  [1_250, '1.25 s'],
  [64_000, '1 min 4 s'],
])('writes a lateness of %p as %s', (latenessMs, shown) => {
  expect(formatLateness(latenessMs)).toBe(shown);
});

test('says how far an instant is, on either side', () => {
  expect(formatRelative(10 * minute, 0)).toBe('in 10 min');
  expect(formatRelative(0, 2 * day)).toBe('2 d ago');
  expect(formatRelative(400, 0)).toBe('now');
});

test('reads a typed duration in its unit, and nothing where no number is', () => {
  expect(durationMsOf({ amount: '1.5', unit: 'h' })).toBe(90 * minute);
  expect(durationMsOf({ amount: ' 250 ', unit: 'ms' })).toBe(250);
  expect(durationMsOf({ amount: '', unit: 's' })).toBeUndefined();
  expect(durationMsOf({ amount: 'soon', unit: 's' })).toBeUndefined();
});

test.each([0, 1, 999, second, 90 * second, 36 * hour, 2 * day])(
  'shows %i ms for editing without loss',
  (durationMs) => {
    expect(durationMsOf(durationTextOf(durationMs))).toBe(durationMs);
  },
);

import { quantile, spreadOf } from './statistics.ts';

test.each([
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 2, 3], 0.5, 2],
  [Array.from({ length: 100 }, (_, n) => n + 1), 0.99, 99],
  [[10, 2], 1, 10],
  [[7], 0.01, 7],
  [[10, 9, 100], 1, 100],
])('the quantile of %j for a share of %d is %d', (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});

test('nothing has no quantile', () => {
  expect(quantile([], 0.5)).toBeNaN();
});

test('the spread of runs is their median, lowest and highest', () => {
  expect(spreadOf([30, 9, 100])).toEqual({ median: 30, min: 9, max: 100 });
  expect(spreadOf([4, 1])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(() => spreadOf([])).toThrow(RangeError);
});

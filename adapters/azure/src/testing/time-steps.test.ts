import { timeSteps } from './time-steps.ts';

test('passes ten seconds one by one, and years in few steps', () => {
  expect(timeSteps(0)).toEqual([]);
  expect(timeSteps(2_500)).toEqual([1_000, 1_000, 500]);
  expect(timeSteps(13_000).slice(9)).toEqual([1_000, 2_000, 1_000]);
  const tenYears = 3_652 * 86_400_000;
  expect(timeSteps(tenYears).length).toBeLessThan(40);
  expect(timeSteps(tenYears).reduce((sum, step) => sum + step, 0)).toBe(tenYears);
});

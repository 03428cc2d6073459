import { jest } from '@jest/globals';
import { closableAlarm, systemAlarm } from './alarm.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

const rung = (at: number) => {
  const rings: number[] = [];
  const cancel = systemAlarm().schedule(at, () => rings.push(Date.now()));
  return { rings, cancel };
};

test('rings at its instant, once', () => {
  const { rings } = rung(1_002_500);
  jest.advanceTimersByTime(2_499);
  expect(rings).toEqual([]);
  jest.advanceTimersByTime(10_000);
  expect(rings).toEqual([1_002_500]);
});

test('rings for an instant further ahead than 2^31 ms, and not before', () => {
  const aheadMs = 2 ** 31 + 5_000_000;
  const { rings } = rung(1_000_000 + aheadMs);
  // The clock is moved rather than waited for: 25 days in slices of a second are too many.
  jest.setSystemTime(1_000_000 + aheadMs - 1_500);
  jest.advanceTimersByTime(1_000);
  expect(rings).toEqual([]);
  jest.advanceTimersByTime(1_000);
  expect(rings).toEqual([1_000_000 + aheadMs]);
});

test('notices within a second that the clock was set forward', () => {
  const { rings } = rung(1_000_000 + 3_600_000);
  jest.advanceTimersByTime(100);
  jest.setSystemTime(1_000_000 + 7_200_000);
  jest.advanceTimersByTime(1_000);
  expect(rings).toHaveLength(1);
});

test('does not ring early when the clock was set back', () => {
  const { rings } = rung(1_000_500);
  jest.setSystemTime(900_000);
  jest.advanceTimersByTime(100_499);
  expect(rings).toEqual([]);
  jest.advanceTimersByTime(1_001);
  expect(rings).toHaveLength(1);
  expect(rings[0]).toBeGreaterThanOrEqual(1_000_500);
});

test('looks at the clock again when the timeout fires early', () => {
  let now = 1_000_000;
  const rings: number[] = [];
  systemAlarm({ now: () => now }).schedule(1_000_010, () => rings.push(now));
  now = 1_000_009;
  jest.advanceTimersByTime(10);
  expect(rings).toEqual([]);
  now = 1_000_010;
  jest.advanceTimersByTime(1);
  expect(rings).toEqual([1_000_010]);
});

test('rings no more once cancelled, and leaves no timeout behind', () => {
  const { rings, cancel } = rung(1_000_500);
  cancel();
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(10_000);
  expect(rings).toEqual([]);
});

test('silences everything that was scheduled with it when it is closed', () => {
  const alarm = closableAlarm(systemAlarm());
  const rings: string[] = [];
  alarm.schedule(1_000_500, () => rings.push('before'));
  alarm.close();
  alarm.schedule(1_000_500, () => rings.push('after'));
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(10_000);
  expect(rings).toEqual([]);
});

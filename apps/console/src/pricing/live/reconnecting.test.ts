import { isSilent, reconnectMs } from './reconnecting.ts';

test('waits longer after each failure, up to a ceiling, and never not at all', () => {
  const bounds = [1, 2, 3, 6, 7, 50].map((failures) => [reconnectMs(failures, 0), reconnectMs(failures, 0.999999)]);
  expect(bounds.map(([least]) => least)).toEqual([250, 500, 1_000, 8_000, 10_000, 10_000]);
  expect(bounds.map(([, most]) => Math.round(most!))).toEqual([500, 1_000, 2_000, 16_000, 20_000, 20_000]);
});

test('finds a socket silent when the service has known a trade for a while that did not come over it', () => {
  const [older, newer] = ['2026-03-29T13:05:00.000001Z', '2026-03-29T13:05:00.000002Z'];
  const asked = { time: newer, at: 10_000 };
  expect(isSilent({ overSocket: older, asked }, 11_999)).toBe(false);
  expect(isSilent({ overSocket: older, asked }, 12_000)).toBe(true);
  expect(isSilent({ overSocket: '', asked }, 12_000)).toBe(true);
  expect(isSilent({ overSocket: newer, asked }, 60_000)).toBe(false);
  expect(isSilent({ overSocket: older, asked: undefined }, 60_000)).toBe(false);
});

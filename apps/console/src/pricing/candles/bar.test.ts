import type { Trade } from '../../api/answers.ts';
import { barOf, barsOf, foldTrade, standingOf } from './bar.ts';

const trade = (time: string, price: string, size = '1', more: Partial<Trade> = {}): Trade => ({
  product: 'BTC-USD',
  id: time,
  time: `2026-03-29T13:05:${time}00Z`,
  price,
  size,
  side: 'buy',
  source: 'test',
  ...more,
});

const told = barOf({
  start: '2026-03-29T13:05:00.000000Z',
  open: '100',
  high: '101.5',
  low: '99',
  close: '101',
  volume: '10',
  vwap: '100.5',
  average: '100.4',
  count: 7,
  complete: false,
})!;

test('makes no bar of an interval without trades', () => {
  const empty = { open: null, high: null, low: null, close: null, vwap: null, average: null, volume: '0', count: 0 };
  const candle = { start: '2026-03-29T13:05:00.000000Z', complete: true };
  expect(barsOf([{ ...candle, ...empty }])).toEqual([]);
  // Neither of one that stands in for it, at the close before.
  expect(barsOf([{ ...candle, ...empty, open: '1', high: '1', low: '1', close: '1' }])).toEqual([]);
});

test('begins a bar with its first trade', () => {
  expect(foldTrade(undefined, trade('59.9999', '100.5', '0.25'), '5m')).toEqual({
    at: Date.parse('2026-03-29T13:05:00Z'),
    open: '100.5',
    high: '100.5',
    low: '100.5',
    close: '100.5',
    volume: '0.25',
    vwap: '100.5',
    count: 1,
    complete: false,
    closedAt: '2026-03-29T13:05:59.999900Z',
  });
});

test('adds a trade to what the service told, exactly', () => {
  const bar = foldTrade(told, trade('10.0000', '102', '0.1'), '5m');
  expect(bar).toMatchObject({ open: '100', high: '102', low: '99', close: '102', volume: '10.1', count: 8 });
  // (100.5 * 10 + 102 * 0.1) / 10.1
  expect(bar.vwap).toBe('100.51485149');
  expect(foldTrade(bar, trade('11.0000', '9.9', '1', { count: 3 }), '5m')).toMatchObject({ low: '9.9', count: 11 });
});

test('keeps the close of the later trade when an earlier one comes behind it', () => {
  const later = foldTrade(told, trade('30.0000', '100.2'), '5m');
  expect(foldTrade(later, trade('20.0000', '98'), '5m')).toMatchObject({ close: '100.2', low: '98', count: 9 });
});

test('shows only the price of a trade that may be counted already', () => {
  expect(foldTrade(told, trade('10.0000', '103', '5'), '5m', true)).toMatchObject({
    high: '103',
    close: '103',
    volume: '10',
    vwap: '100.5',
    count: 7,
  });
});

test('calls a bar incomplete only when its proof has had time to come', () => {
  const at = (time: string) => Date.parse(`2026-03-29T13:${time}Z`);
  const standings = ['09:59.999', '10:00', '10:09.999', '10:10'].map((time) => standingOf(told, '5m', at(time)));
  expect(standings).toEqual(['running', 'settling', 'settling', 'incomplete']);
  expect(standingOf({ ...told, complete: true }, '5m', at('10:00'))).toBe('complete');
});

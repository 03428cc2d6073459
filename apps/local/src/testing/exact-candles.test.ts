import type { ReportedTrade } from '@portolan/pricing';
import { exactCandles } from './exact-candles.ts';

const trade = (id: number, time: string, price: string, size: string, count = 1): ReportedTrade => ({
  ...{ product: 'BTC-USD', source: 'test', id: String(id), time, price, size, side: 'buy' },
  ...(count === 1 ? {} : { count }),
});

test('computes by hand what a person would', () => {
  const trades = [
    trade(3, '2024-12-31T23:59:59.999999Z', '10', '1'),
    trade(1, '2024-12-31T23:59:00.000000Z', '10.5', '0.5'),
    trade(2, '2024-12-31T23:59:00.000000Z', '9.99', '0.00000001', 3),
    trade(4, '2025-01-01T00:00:00.000000Z', '7', '2'),
  ];
  expect([...exactCandles(trades, 'minute', 2)]).toEqual([
    [
      '2024-12-31T23:59',
      // vwap (5.25 + 0.0000000999 + 10) / 1.50000001 = 10.1666666655; average (10.5 + 3 * 9.99 + 10) / 5.
      {
        ...{ open: '10.5', high: '10.5', low: '9.99', close: '10', volume: '1.50000001' },
        ...{ vwap: '10.1666666655', average: '10.094', count: 5 },
      },
    ],
    [
      '2025-01-01T00:00',
      { open: '7', high: '7', low: '7', close: '7', volume: '2', vwap: '7', average: '7', count: 1 },
    ],
  ]);
  expect([...exactCandles(trades, 'year', 2).keys()]).toEqual(['2024', '2025']);
});

test('rounds half to even', () => {
  const at = '2025-01-01T00:00:00.000000Z';
  const average = (...prices: string[]) =>
    exactCandles(
      prices.map((price, id) => trade(id, at, price, '1')),
      'day',
      0,
    ).get('2025-01-01')!.average;
  expect(average('1.00000001', '1')).toBe('1');
  expect(average('1.00000002', '1.00000001')).toBe('1.00000002');
});

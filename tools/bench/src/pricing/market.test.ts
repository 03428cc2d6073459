import { csvLine, isoOf, makeTrades, reported, shuffled, startOfLastYear } from './market.ts';

const market = { count: 1_000, from: Date.UTC(2025, 0, 1) * 1_000, every: 20_000_000 };

test('makes one trade for each stretch of time, numbered without gaps, the same every time', () => {
  const trades = [...makeTrades(market)];
  expect(trades.map(({ id }) => id)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  expect(trades.every(({ time }, index) => Math.floor((time - market.from) / market.every) === index)).toBe(true);
  expect(trades.every(({ price, size }) => Number.isInteger(price) && Number.isInteger(size) && size > 0)).toBe(true);
  expect([...makeTrades(market)]).toEqual(trades);
});

const made = { id: 7, time: Date.UTC(2025, 0, 1) * 1_000 + 12_345_006, price: 5_000_010, size: 51_388_000 } as const;

test('reports a trade as a source does', () => {
  expect(reported({ ...made, side: 'buy' }, 'test')).toEqual({
    product: 'BTC-USD',
    source: 'test',
    id: '7',
    time: '2025-01-01T00:00:12.345006Z',
    price: '50000.10',
    size: '0.51388000',
    side: 'buy',
  });
});

test("writes a trade as a line of Binance's files, where a taker who sells met a buyer who made the price", () => {
  const line = '7,50000.10000000,0.51388000,25694.05138800,1735689612345006,True,True\n';
  expect(csvLine({ ...made, side: 'sell' })).toBe(line);
});

test('writes microseconds with all their digits', () => {
  expect(isoOf(1)).toBe('1970-01-01T00:00:00.000001Z');
});

test('shuffles all there is', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(shuffled(items)).not.toEqual(items);
  expect(shuffled(items).sort((a, b) => a - b)).toEqual(items);
});

test('a year that is over began before the present one', () => {
  expect(startOfLastYear(Date.UTC(2026, 10, 21))).toBe(Date.UTC(2025, 0, 1) * 1_000);
});

import { readFileName } from './file-name.ts';

test.each([
  ['BTCUSDT-trades-2025-01-01.zip', { kind: 'trades', symbol: 'BTCUSDT' }],
  ['BTCUSDT-trades-2025-01.csv', { kind: 'trades', symbol: 'BTCUSDT' }],
  ['1INCHUSDT-aggTrades-2025-01-01.csv.gz', { kind: 'aggTrades', symbol: '1INCHUSDT' }],
  ['ETHUSDT_250328-aggTrades-2025-01-01.zip', { kind: 'aggTrades', symbol: 'ETHUSDT_250328' }],
  ['BTCUSDT-1m-2025-01.zip', { kind: 'klines', symbol: 'BTCUSDT', interval: '1m' }],
  ['BTCUSDT-1mo-2025-01.ZIP', { kind: 'klines', symbol: 'BTCUSDT', interval: '1mo' }],
  ['BTCUSDT-12h-2025-01-01', { kind: 'klines', symbol: 'BTCUSDT', interval: '12h' }],
  ['BTCUSDT-trades-2025-01-01 (1).zip', { kind: 'trades', symbol: 'BTCUSDT' }],
  ['币安人生USDT-trades-2025-11-01.zip', { kind: 'trades', symbol: '币安人生USDT' }],
])('reads %s', (name, expected) => {
  expect(readFileName(name)).toEqual(expected);
});

test.each(['trades.csv', 'BTCUSDT-trades.zip', 'BTC-USDT-trades-2025-01-01.zip', '../x-trades-2025-01-01.zip', ''])(
  'reads nothing out of %p',
  (name) => {
    expect(readFileName(name)).toBeUndefined();
  },
);

test.each([
  ['BTCUSDT-bookTicker-2025-01-01.zip', 'holds bookTicker'],
  ['BTCUSDT-7m-2025-01-01.zip', 'holds 7m'],
  ['BTCUSD_PERP-trades-2025-01-01.zip', 'COIN-M'],
  ['BTCUSD_250328-1m-2025-01.zip', 'COIN-M'],
])('refuses %s', (name, reason) => {
  expect(() => readFileName(name)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(reason) }),
  );
});

import type { ReportedTrade } from '@portolan/pricing';
import { exactCandles } from './exact-candles.ts';

/** As Binance writes files of spot trades: all decimals with eight places, times in microseconds, no header. */
export const tradesCsv = (trades: readonly ReportedTrade[]): string =>
  trades
    .map(({ id, price, size, time, side }) => row(id, eight(price), eight(size), '1.00000000', ...ending(time, side)))
    .join('');

/** The same of aggregated trades, numbered from 1. */
export const aggTradesCsv = (trades: readonly ReportedTrade[]): string =>
  trades
    .map(({ id, price, size, time, side, count = 1 }, at) =>
      row(at + 1, eight(price), eight(size), id, Number(id) + count - 1, ...ending(time, side)),
    )
    .join('');

/** The candles of each minute with trades, as Binance would have them. Quote volumes, which nobody reads, are 0. */
export function klinesCsv(trades: readonly ReportedTrade[]): string {
  const zero = '0.00000000';
  return [...exactCandles(trades, 'minute', 2)]
    .map(([name, { open, high, low, close, volume, count }]) => {
      const start = Date.parse(`${name}:00Z`) * 1_000;
      const prices = [open, high, low, close, volume].map((value) => eight(value!));
      return row(start, ...prices, start + 59_999_999, zero, count, zero, zero, 0);
    })
    .join('');
}

const row = (...fields: readonly (string | number)[]): string => `${fields.join(',')}\n`;

/** Time, whether the buyer was the maker, whether it was the best match. */
const ending = (time: string, side: 'buy' | 'sell'): readonly string[] => [
  `${Date.parse(time)}${time.slice(23, 26)}`,
  side === 'sell' ? 'True' : 'False',
  'True',
];

function eight(decimal: string): string {
  const [whole, fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(8, '0')}`;
}

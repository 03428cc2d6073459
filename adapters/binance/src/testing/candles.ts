import type { ReportedTrade } from '@portolan/pricing';
import type { ComparedCandle } from '../compare/compare-candles.ts';
import { openBinanceFile } from '../file/binance-file.ts';
import type { CandlesReader } from '../http/http-candles.ts';
import { tradesOf } from '../trades/trades-of.ts';
import { allOf } from './all-of.ts';

const places = 12;
const widths: Readonly<Record<string, number>> = { '1s': 1_000, '1m': 60_000, '1h': 3_600_000 };

/** Candles of trades in memory, exact to twelve places: what a service answers that holds these trades. */
export function memoryCandles(trades: () => Iterable<ReportedTrade>): CandlesReader {
  return async function* ({ product, interval, from, to }) {
    const groups = Map.groupBy(
      [...trades()].filter((trade) => trade.product === product && trade.time >= from && trade.time < to),
      ({ time }) => startOf(time, widths[interval]!),
    );
    for (const [start, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) yield candleOf(start, group);
  };
}

/** Klines of one minute for a file of trades, as Binance would write them, and one without trades behind. */
export async function klinesText(path: string): Promise<string> {
  const batches = await allOf(tradesOf(await openBinanceFile(path), { product: 'x' }));
  const minutes = Map.groupBy(
    batches.flatMap(({ trades }) => trades),
    ({ time }) => startOf(time, widths['1m']!),
  );
  const lines = [...minutes].map(([start, trades]) => {
    const { open, high, low, close, volume, count } = candleOf(start, trades);
    return [`${Date.parse(start)}000`, open, high, low, close, `${volume}000`, '0', '1', count, '0', '0', '0'].join(
      ',',
    );
  });
  const behind = Date.parse([...minutes.keys()].at(-1)!) + widths['1m']!;
  return `${lines.join('\n')}\n${behind}000,5,5,5,5,0.00,0,0,0,0,0,0\n`;
}

function candleOf(start: string, trades: readonly ReportedTrade[]): ComparedCandle {
  const ordered = trades.toSorted((a, b) =>
    a.time === b.time ? Number(a.id) - Number(b.id) : a.time < b.time ? -1 : 1,
  );
  const prices = ordered.map(({ price }) => units(price));
  return {
    start,
    open: text(prices[0]!),
    high: text(prices.reduce((a, b) => (a > b ? a : b))),
    low: text(prices.reduce((a, b) => (a < b ? a : b))),
    close: text(prices.at(-1)!),
    volume: text(ordered.reduce((sum, { size }) => sum + units(size), 0n)),
    count: ordered.reduce((sum, { count = 1 }) => sum + count, 0),
    complete: true,
  };
}

const startOf = (time: string, widthMs: number): string =>
  `${new Date(Math.floor(Date.parse(time) / widthMs) * widthMs).toISOString().slice(0, -1)}000Z`;

function units(decimal: string): bigint {
  const [whole, fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

function text(sum: bigint): string {
  const digits = String(sum).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
}

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvLine, makeTrades, startOfLastYear, type Market } from '../market.ts';

/** A million trades in 28 hours: 100 ms from trade to trade. Microseconds. */
const every = 100_000;

export const csvMarket = (rows: number): Market => ({ count: rows, from: startOfLastYear(Date.now()), every });

/** The name says what the file holds, as Binance's do. */
export const csvName = 'BTCUSDT-trades-2025-01.csv';
export const csvSymbol = 'BTCUSDT';

/** Writes a file of trades as Binance publishes them. */
export async function writeCsv(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(textOf(csvMarket(rows))), createWriteStream(path));
}

function* textOf(market: Market): Generator<string> {
  let lines: string[] = [];
  for (const trade of makeTrades(market)) {
    lines.push(csvLine(trade));
    if (lines.length < 10_000) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

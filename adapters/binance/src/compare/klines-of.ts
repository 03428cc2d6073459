import { PortError } from '@portolan/kernel';
import { placesOf } from '@portolan/pricing/decimal';
import { formatTime } from '@portolan/pricing/time';
import type { BinanceFile } from '../file/binance-file.ts';
import { shown } from '../file/columns.ts';
import { microsOf } from '../trades/time.ts';

/** A candle as Binance made it. Decimals are text as it stands in the file. */
export interface Kline {
  /** The first instant of its interval: `2025-01-01T00:00:00.000000Z`. */
  readonly start: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** Sum of the sizes. */
  readonly volume: string;
  /** Sum of price times size. */
  readonly quoteVolume: string;
  /** Trades; aggregated ones count as many as they stand for. */
  readonly count: number;
}

const columns = 12;

/**
 * Reads the candles of a klines file, in the file's order and as fast as they are consumed.
 *
 * @throws {PortError} `invalid` for a file of trades; `corrupted` for a line that is no kline, with its number: what others
 *   are held against must be whole. Also what {@link BinanceFile.rows} throws.
 */
export async function* klinesOf(file: BinanceFile): AsyncGenerator<Kline> {
  if (file.kind !== 'klines') throw new PortError('invalid', `${file.name} holds ${file.kind} and no klines`);
  for await (const rows of file.rows()) {
    for (const { line, fields, fault } of rows) {
      const kline = fault ?? readKline(fields);
      if (typeof kline === 'string') throw new PortError('corrupted', `${file.name} line ${line}: ${kline}`);
      yield kline;
    }
  }
}

function readKline(fields: readonly string[]): Kline | string {
  if (fields.length !== columns) return `has ${fields.length} columns; expected ${columns}`;
  const [openTime, open, high, low, close, volume, , quoteVolume, count] = fields as readonly [
    ...[string, string, string, string, string, string, string, string, string],
  ];
  const start = microsOf(openTime);
  if (start === undefined) return `open time is ${shown(openTime)}; expected milliseconds or microseconds since 1970`;
  const decimals = { open, high, low, close, volume, quoteVolume };
  for (const [name, value] of Object.entries(decimals))
    if (placesOf(value) === undefined) return `${name} is ${shown(value)}; expected a plain decimal`;
  if (!/^[0-9]{1,15}$/.test(count)) return `count is ${shown(count)}; expected an integer`;
  return { start: formatTime(start), ...decimals, count: Number(count) };
}

import { PortError } from '@portolan/kernel';
import type { ReportedTrade } from '@portolan/pricing';
import type { BinanceFile } from '../file/binance-file.ts';
import type { Row } from '../file/rows.ts';
import { newTradeReader } from './read-trade.ts';

export interface TradesOptions {
  /** Its product in the domain. */
  readonly product: string;
  /** @default as {@link sourceOf} says */
  readonly source?: string | undefined;
  /** The first line that is read; those before are only counted. @default 1 */
  readonly fromLine?: number | undefined;
  /** Rows of a batch, at most; 1 to 5,000. @default 5,000 */
  readonly batchRows?: number | undefined;
}

/** A line that is no trade. */
export interface MalformedLine {
  readonly line: number;
  readonly reason: string;
}

/** The trades of up to 5,000 lines that follow each other, in the file's order. */
export interface TradeBatch {
  /** Prices and sizes as they stand in the file, zeros at the end included. */
  readonly trades: readonly ReportedTrade[];
  /** The line of each trade. */
  readonly lines: readonly number[];
  readonly malformed: readonly MalformedLine[];
  /**
   * Lines of aggTrades that Binance itself has made void, with price and size 0 and ids -1: duplicates, found by an audit.
   *
   * @see https://github.com/binance/binance-spot-api-docs/blob/master/CHANGELOG.md#2022-04-12
   */
  readonly voided: number;
  /** The last line that is in this batch. */
  readonly endLine: number;
  /** Where the file was when the batch was read; see {@link BinanceFile.sizeBytes}. */
  readonly bytesRead: number;
}

/**
 * The source under which a file's trades are known. Trades and aggTrades count the same trades twice, by ids of the same
 * numbers, so they are two sources; and futures number their trades apart from spot.
 *
 * @returns `binance`, `binance-agg`, `binance-usdm` or `binance-usdm-agg`.
 */
export function sourceOf({ kind, market }: Pick<BinanceFile, 'kind' | 'market'>): string {
  return `binance${market === 'usd-m' ? '-usdm' : ''}${kind === 'aggTrades' ? '-agg' : ''}`;
}

/**
 * Reads the trades of a file of trades or aggTrades, as fast as they are consumed. A malformed line spoils no other.
 *
 * `isBuyerMaker` tells that the buyer's order lay in the book, so the taker sold. An aggregated trade has its first trade's
 * id and counts as many as its ids span.
 *
 * @throws {PortError} `invalid` for a file of klines; what {@link BinanceFile.rows} throws.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
 */
export async function* tradesOf(file: BinanceFile, options: TradesOptions): AsyncGenerator<TradeBatch> {
  const { kind, market } = file;
  if (kind === 'klines') throw new PortError('invalid', `${file.name} holds klines and no trades`);
  const { product, source = sourceOf(file), fromLine, batchRows } = options;
  const read = newTradeReader(kind, market, product, source);
  for await (const rows of file.rows({ fromLine, batchRows })) yield batchOf(rows, read, file.bytesRead());
}

function batchOf(rows: readonly Row[], read: ReturnType<typeof newTradeReader>, bytesRead: number): TradeBatch {
  const trades: ReportedTrade[] = [];
  const lines: number[] = [];
  const malformed: MalformedLine[] = [];
  let voided = 0;
  for (const { line, fields, fault } of rows) {
    const trade = fault ?? read(fields);
    if (trade === 'voided') voided++;
    else if (typeof trade === 'string') malformed.push({ line, reason: trade });
    else {
      trades.push(trade);
      lines.push(line);
    }
  }
  return { trades, lines, malformed, voided, endLine: rows.at(-1)?.line ?? 0, bytesRead };
}

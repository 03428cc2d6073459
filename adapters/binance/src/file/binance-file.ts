import { basename } from 'node:path';
import { PortError } from '@portolan/kernel';
import { csvBytesOf, type CsvBytes, type UnpackLimits } from './bytes.ts';
import { columnsOf, type Market } from './columns.ts';
import { checkSymbol, readFileName, type BinanceKind, type NamedContent } from './file-name.ts';
import { rowsOf, type Row, type RowOptions } from './rows.ts';

export interface OpenOptions extends UnpackLimits {
  /** What is in it. @default as its name tells */
  readonly kind?: BinanceKind | undefined;
  /** @default as its name tells */
  readonly symbol?: string | undefined;
  /** Of klines. @default as its name tells */
  readonly interval?: string | undefined;
  /** @default 1,024 */
  readonly maxLineChars?: number | undefined;
}

/** A public data file of Binance. Nothing stays open between readings. */
export interface BinanceFile {
  readonly path: string;
  /** Without folders. */
  readonly name: string;
  readonly kind: BinanceKind;
  readonly symbol: string;
  /** Of klines, where it is known: `1m`. */
  readonly interval?: string;
  /** Whose columns it has; klines of both markets look alike and count as spot. */
  readonly market: Market;
  /** What {@link bytesRead} counts up to: bytes of the CSV where it is in a zip, else of the file as it lies there. */
  readonly sizeBytes: number;
  /**
   * Another text for another file: name, size and time of change, so that a file that was replaced is not mistaken for the
   * one before. A hash of its head would miss a correction further on, which Binance publishes under the same name; and a
   * copy with a new time costs only that its rows are sent again.
   */
  readonly fingerprint: string;
  /** Bytes that the latest reading has come to. */
  bytesRead(): number;
  /**
   * Reads the file from its start, in batches and as fast as they are consumed; a header is left out.
   *
   * @throws {PortError} `corrupted` where the file is damaged; `too-large` beyond what it may unpack to.
   */
  rows(options?: Pick<RowOptions, 'fromLine' | 'batchRows'>): AsyncIterable<readonly Row[]>;
}

/**
 * Opens a file of trades, aggTrades or klines from https://data.binance.vision: CSV, plain or packed by zip or gzip, with or
 * without a header. Reads its first line, so that what is no such file is refused here.
 *
 * @throws {PortError} `not-found`; `unauthorized`; `invalid` for a file of another content, or one whose name does not tell
 *   what the options leave open; `unsupported` for other kinds and for COIN-M futures; `corrupted`; `too-large`.
 * @see https://github.com/binance/binance-public-data#data-information
 */
export async function openBinanceFile(path: string, options: OpenOptions = {}): Promise<BinanceFile> {
  const name = basename(path);
  const bytes = await csvBytesOf(path, options);
  const content = contentOf(path, name, bytes.entryName, options);
  const { maxLineChars } = options;
  const { market, firstRow } = await peek(name, bytes, content.kind, maxLineChars);
  let read = 0;
  return {
    path,
    name,
    ...content,
    market,
    sizeBytes: bytes.sizeBytes,
    fingerprint: JSON.stringify([name, bytes.fileBytes, bytes.modifiedMs]),
    bytesRead: () => read,
    rows({ fromLine = 1, batchRows } = {}) {
      read = 0;
      const chunks = bytes.chunks((count) => (read = count));
      return rowsOf(chunks, { fromLine: Math.max(fromLine, firstRow), batchRows, maxLineChars });
    },
  };
}

function contentOf(path: string, name: string, entryName: string | undefined, options: OpenOptions): NamedContent {
  if (/(?:markPrice|indexPrice|premiumIndex)Klines[/\\]/.test(path))
    throw new PortError('unsupported', `${path} holds candles of an index, which no trade made`);
  const own = readFileName(name);
  const inner = entryName === undefined ? undefined : readFileName(entryName);
  if (own !== undefined && inner !== undefined && (own.kind !== inner.kind || own.symbol !== inner.symbol))
    throw new PortError('invalid', `${path} holds ${entryName}, which is something else than its name says`);
  const named = own ?? inner;
  const kind = options.kind ?? named?.kind;
  const symbol = options.symbol ?? named?.symbol;
  if (kind === undefined || symbol === undefined)
    throw new PortError(
      'invalid',
      `${name} does not tell what it holds; expected a name such as BTCUSDT-trades-2025-01-01.zip`,
    );
  checkSymbol(name, symbol);
  const interval = options.interval ?? named?.interval;
  return { kind, symbol, ...(interval === undefined || kind !== 'klines' ? {} : { interval }) };
}

/** What the first line tells, and the line where the rows begin. */
async function peek(
  name: string,
  bytes: CsvBytes,
  kind: BinanceKind,
  maxLineChars: number | undefined,
): Promise<{ readonly market: Market; readonly firstRow: number }> {
  for await (const [row] of rowsOf(
    bytes.chunks(() => {}),
    { batchRows: 1, maxLineChars },
  )) {
    const { line, fields, fault } = row!;
    if (fault !== undefined) throw new PortError('invalid', `${name} line ${line} is ${fault}`);
    const { market, header } = columnsOf(name, kind, fields);
    return { market, firstRow: header ? line + 1 : line };
  }
  throw new PortError('invalid', `${name} has no rows`);
}

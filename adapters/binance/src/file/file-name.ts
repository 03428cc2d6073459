import { PortError } from '@portolan/kernel';

/** The kinds of public data files that are read. */
export const binanceKinds = ['trades', 'aggTrades', 'klines'] as const;
export type BinanceKind = (typeof binanceKinds)[number];

/** What the name of a file says of what is in it. */
export interface NamedContent {
  readonly kind: BinanceKind;
  readonly symbol: string;
  /** Of klines: `1s`, `1m`, `3m`, …, `1mo`. */
  readonly interval?: string;
}

const intervals = /^(?:1s|[135]m|15m|30m|[12468]h|12h|[13]d|1w|1mo)$/;
/** Symbols are letters, digits and `_`; letters of any script, since there are such symbols. Browsers number copies. */
const form = /^([\p{L}\p{N}_]{1,40})-([A-Za-z0-9]+)-\d{4}-\d{2}(?:-\d{2})?(?: ?\(\d+\))?$/u;

/**
 * Reads a file's name as Binance gives it: `BTCUSDT-trades-2025-01-01.zip`, `BTCUSDT-aggTrades-2025-01.csv.gz`,
 * `BTCUSDT-1m-2025-01.csv`.
 *
 * @param name - Without folders; with or without the endings `.csv`, `.zip` and `.gz`.
 * @returns `undefined` for a name of another form.
 * @throws {PortError} `unsupported` for a name of this form whose kind is not read, and for COIN-M futures.
 * @see https://github.com/binance/binance-public-data#data-information
 */
export function readFileName(name: string): NamedContent | undefined {
  const [, symbol, what] = form.exec(name.replace(/(?:\.csv|\.zip|\.gz)+$/i, '')) ?? [];
  if (symbol === undefined || what === undefined) return undefined;
  checkSymbol(name, symbol);
  if (what === 'trades' || what === 'aggTrades') return { kind: what, symbol };
  if (intervals.test(what)) return { kind: 'klines', symbol, interval: what };
  throw new PortError('unsupported', `${name} holds ${what}; only ${binanceKinds.join(', ')} are read`);
}

/**
 * COIN-M futures (`BTCUSD_PERP`, `BTCUSD_250328`) are refused: their sizes are contracts worth a fixed amount of dollars,
 * so that neither volume nor volume-weighted prices would mean what they mean elsewhere.
 *
 * @see https://www.binance.com/en/futures/trading-rules/coin-m
 */
export function checkSymbol(name: string, symbol: string): void {
  if (!/USD_(?:PERP|\d{6})$/.test(symbol)) return;
  throw new PortError(
    'unsupported',
    `${name} is of COIN-M futures (${symbol}), whose sizes are contracts and no amounts; spot and USD-M files are read`,
  );
}

import { PortError } from '@portolan/kernel';
import type { BinanceKind } from './file-name.ts';

/** Whose columns a file has. Klines of both have the same ones: `spot` stands for either there. */
export type Market = 'spot' | 'usd-m';

/** What the first line of a file tells. */
export interface Columns {
  readonly market: Market;
  /** Whether the line names the columns and is no row. */
  readonly header: boolean;
}

/**
 * The columns by position, those that are read with the names that a header gives them, without `_` and in lower case.
 *
 * - trades: id, price, qty, quoteQty, time, isBuyerMaker, and isBestMatch in spot files.
 * - aggTrades: aggId, price, qty, firstId, lastId, time, isBuyerMaker, and isBestMatch in spot files.
 * - klines: openTime, open, high, low, close, volume, closeTime, quoteVolume, count, takerBuyBase, takerBuyQuote, ignore.
 *
 * Spot files have no header; futures files have one since 2022.
 *
 * @see https://github.com/binance/binance-public-data#data-information
 * @see https://github.com/binance/binance-public-data/issues/283
 */
const named: Readonly<Record<BinanceKind, readonly (RegExp | undefined)[]>> = {
  trades: [/^(?:trade)?id$/, /^price$/, /^(?:qty|quantity)$/, /^quoteqty$/, /^time(?:stamp)?$/, /^isbuyermaker$/],
  aggTrades: [
    /^(?:agg(?:regate)?trade)?id$/,
    /^price$/,
    /^(?:qty|quantity)$/,
    /^first(?:trade)?id$/,
    /^last(?:trade)?id$/,
    /^(?:transact)?time(?:stamp)?$/,
    /^isbuyermaker$/,
  ],
  klines: [
    /^opentime$/,
    /^open$/,
    /^high$/,
    /^low$/,
    /^close$/,
    /^volume$/,
    /^closetime$/,
    /^quote(?:asset)?volume$/,
    /^(?:count|trades|numberoftrades)$/,
  ],
};

/** How many columns there are tells the market. */
const counts: Readonly<Record<BinanceKind, readonly { readonly count: number; readonly market: Market }[]>> = {
  trades: [
    { count: 7, market: 'spot' },
    { count: 6, market: 'usd-m' },
  ],
  aggTrades: [
    { count: 8, market: 'spot' },
    { count: 7, market: 'usd-m' },
  ],
  klines: [{ count: 12, market: 'spot' }],
};

/**
 * Tells the columns of a file from its first line that is not empty.
 *
 * @param name - Of the file, for messages.
 * @throws {PortError} `invalid` where the line is neither a header nor a row of that kind.
 */
export function columnsOf(name: string, kind: BinanceKind, first: readonly string[]): Columns {
  const layout = counts[kind].find(({ count }) => count === first.length);
  const header = /^[\p{L}"_]/u.test(first[0] ?? '');
  const fits = !header || named[kind].every((names, at) => names?.test(plain(first[at] ?? '')) ?? true);
  if (layout === undefined || !fits) {
    const expected = counts[kind].map(({ count }) => count).join(' or ');
    throw new PortError(
      'invalid',
      `${name} does not begin as ${kind} do: expected ${expected} columns of ${kind}, found ${shown(first.join(','))}`,
    );
  }
  return { market: layout.market, header };
}

const plain = (name: string): string => name.replaceAll(/[^A-Za-z]/g, '').toLowerCase();

/** Text of a file for a message: quoted, short, and without control characters. */
export function shown(text: string, maxChars = 60): string {
  return JSON.stringify(text.length > maxChars ? `${text.slice(0, maxChars)}…` : text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => (unit === '…' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

import type { ReportedTrade } from '@portolan/pricing';
import { placesOf } from '@portolan/pricing/decimal';
import { formatTime } from '@portolan/pricing/time';
import { shown, type Market } from '../file/columns.ts';
import { microsOf } from './time.ts';

/** A trade; or `voided` for a row that Binance made void; or why the row is none. */
export type TradeReading = ReportedTrade | 'voided' | (string & {});

/**
 * Reads rows of trades or aggTrades, whose columns are told by `columnsOf`.
 *
 * Nothing is turned into a float: prices and sizes stay text, ids and times are integers below 2^53.
 */
export function newTradeReader(
  kind: 'trades' | 'aggTrades',
  market: Market,
  product: string,
  source: string,
): (fields: readonly string[]) => TradeReading {
  const aggregated = kind === 'aggTrades';
  const columns = (aggregated ? 7 : 6) + (market === 'spot' ? 1 : 0);
  const timeAt = aggregated ? 5 : 4;
  return (fields) => {
    if (fields.length !== columns) return `has ${fields.length} columns; expected ${columns}`;
    const [own, price, size, first, last] = fields as [string, string, string, string, string];
    if (aggregated && first === '-1' && last === '-1') return 'voided';
    const id = aggregated ? first : own;
    if (!integer.test(id)) return malformed(aggregated ? 'first trade id' : 'id', id, 'an integer below 10^16');
    if (placesOf(price) === undefined) return malformed('price', price, 'a plain decimal');
    if (placesOf(size) === undefined) return malformed('quantity', size, 'a plain decimal');
    const micros = microsOf(fields[timeAt]!);
    if (micros === undefined) return malformed('time', fields[timeAt]!, 'milliseconds or microseconds since 1970');
    const side = sides.get(fields[timeAt + 1]!);
    if (side === undefined) return malformed('isBuyerMaker', fields[timeAt + 1]!, 'True or False');
    const time = formatTime(micros);
    if (!aggregated) return { product, id, time, price, size, side, source };
    const count = integer.test(last) ? Number(last) - Number(first) + 1 : 0;
    if (count < 1) return malformed('last trade id', last, `an integer from ${first} on`);
    return { product, id, time, price, size, side, source, count };
  };
}

const integer = /^(?:0|[1-9][0-9]{0,15})$/;

/** By `isBuyerMaker`; spot files write it with a capital letter, futures files without. */
const sides: ReadonlyMap<string, 'buy' | 'sell'> = new Map([
  ['True', 'sell'],
  ['true', 'sell'],
  ['False', 'buy'],
  ['false', 'buy'],
]);

const malformed = (column: string, value: string, expected: string): string =>
  `${column} is ${shown(value)}; expected ${expected}`;

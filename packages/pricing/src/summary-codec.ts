import { PortError } from '@portolan/kernel';
import { formatDecimal, parseDecimal, parseSum } from './decimal.ts';
import type { Sum } from './exact-sum.ts';
import type { Scale } from './product.ts';
import type { IdSpan, Summary } from './summary.ts';
import { formatTime, parseTime } from './time.ts';
import { sequenceOf, type TradeKey } from './trade.ts';

/** A summary as it is stored: decimals as text, so that it stays true when a product's increments become finer. */
export interface StoredSummary {
  readonly first: StoredKey;
  readonly last: StoredKey;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly notional: string;
  readonly priceSum: string;
  readonly count: number;
  /** Absent where it is 0. */
  readonly unnumbered?: number;
  readonly ids: Readonly<Record<string, IdSpan>>;
}

interface StoredKey {
  readonly time: string;
  readonly source: string;
  readonly id: string;
}

/** Keys come in one order always, so that equal summaries are equal text. */
export function encodeSummary(summary: Summary, { priceDecimals, sizeDecimals }: Scale): StoredSummary {
  const price = (units: Sum): string => formatDecimal(units, priceDecimals);
  return {
    first: encodeKey(summary.first),
    last: encodeKey(summary.last),
    open: price(summary.open),
    high: price(summary.high),
    low: price(summary.low),
    close: price(summary.close),
    volume: formatDecimal(summary.volume, sizeDecimals),
    notional: formatDecimal(summary.notional, priceDecimals + sizeDecimals),
    priceSum: price(summary.priceSum),
    count: summary.count,
    ...(summary.unnumbered === 0 ? {} : { unnumbered: summary.unnumbered }),
    ids: Object.fromEntries([...summary.ids].map(([source, { first, last, held }]) => [source, { first, last, held }])),
  };
}

const encodeKey = ({ time, source, id }: TradeKey): StoredKey => ({ time: formatTime(time), source, id });

/**
 * Reads what {@link encodeSummary} wrote, with the same increments or finer ones.
 *
 * @throws {PortError} `corrupted` where it is something else.
 */
export function decodeSummary(stored: StoredSummary, { priceDecimals, sizeDecimals }: Scale): Summary {
  const price = (text: string): number => sound(parseDecimal(text, priceDecimals), text);
  return {
    first: decodeKey(stored.first),
    last: decodeKey(stored.last),
    open: price(stored.open),
    high: price(stored.high),
    low: price(stored.low),
    close: price(stored.close),
    volume: sound(parseSum(stored.volume, sizeDecimals), stored.volume),
    notional: sound(parseSum(stored.notional, priceDecimals + sizeDecimals), stored.notional),
    priceSum: sound(parseSum(stored.priceSum, priceDecimals), stored.priceSum),
    count: stored.count,
    unnumbered: stored.unnumbered ?? 0,
    ids: new Map(Object.entries(stored.ids).sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}

function decodeKey({ time, source, id }: StoredKey): TradeKey {
  return { time: sound(parseTime(time), time), source, id, sequence: sequenceOf(id) };
}

function sound<T>(value: T | undefined, stored: unknown): T {
  if (value === undefined) throw new PortError('corrupted', `a stored summary has ${JSON.stringify(stored)}`);
  return value;
}

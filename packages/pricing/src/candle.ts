import { divideRounded, formatDecimal } from './decimal.ts';
import { endOf, type Interval } from './interval.ts';
import type { Scale } from './product.ts';
import type { Summary } from './summary.ts';
import { formatTime } from './time.ts';

/** A candle as the API shows it: decimals as text. What an interval without trades has no value for is `null`. */
export interface Candle {
  /** ISO 8601. */
  readonly start: string;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string | null;
  readonly volume: string;
  /** Sum of price times size over the volume. */
  readonly vwap: string | null;
  /** The plain mean of the prices. */
  readonly average: string | null;
  readonly count: number;
  /** Whether it is proven that no trade of the interval is missing. */
  readonly complete: boolean;
}

/** What stands for intervals without trades: nothing, a candle of nulls, or one at the close before. */
export const fillPolicies = ['omit', 'null', 'previous'] as const;
export type FillPolicy = (typeof fillPolicies)[number];

/** Places beyond those of its prices that a mean is rounded to, half to even. */
export const meanDigits = 8;

/** Volume-weighted average price. */
export const vwapOf = ({ notional, volume }: Pick<Summary, 'notional' | 'volume'>, scale: Scale): string =>
  divideRounded(BigInt(notional), BigInt(volume), scale.priceDecimals, meanDigits);

/** Plain mean of the prices. */
export const averageOf = ({ priceSum, count }: Pick<Summary, 'priceSum' | 'count'>, scale: Scale): string =>
  divideRounded(BigInt(priceSum), BigInt(count), scale.priceDecimals, meanDigits);

/** @param start - Of the interval, in microseconds since 1970. */
export function candleOf(start: number, summary: Summary, scale: Scale, complete: boolean): Candle {
  const { priceDecimals, sizeDecimals } = scale;
  return {
    start: formatTime(start),
    open: formatDecimal(summary.open, priceDecimals),
    high: formatDecimal(summary.high, priceDecimals),
    low: formatDecimal(summary.low, priceDecimals),
    close: formatDecimal(summary.close, priceDecimals),
    volume: formatDecimal(summary.volume, sizeDecimals),
    vwap: vwapOf(summary, scale),
    average: averageOf(summary, scale),
    count: summary.count,
    complete,
  };
}

/** @param price - Of open, high, low and close. */
export function emptyCandle(start: number, price: string | null, complete: boolean): Candle {
  return {
    start: formatTime(start),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: '0',
    vwap: null,
    average: null,
    count: 0,
    complete,
  };
}

/** An interval, and what is known of it: `undefined` where it has no trades. Times in microseconds. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly summary: Summary | undefined;
}

/** Every interval of [from, to), with or without trades. @param from - The start of an interval. */
export function cellsOf(interval: Interval, from: number, to: number, summaries: ReadonlyMap<number, Summary>): Cell[] {
  const cells: Cell[] = [];
  for (let start = from; start < to;) {
    const end = endOf(interval, start);
    cells.push({ start, end, summary: summaries.get(start) });
    start = end;
  }
  return cells;
}

/**
 * The candles of consecutive intervals, by the policy for those without trades.
 *
 * @param complete - For each cell, from `provenComplete`.
 * @param previousClose - The close of the last trade before the first cell, in units of price; `undefined` where there is
 * none: intervals before the first trade of all are filled with nulls.
 */
export function candlesOf(
  cells: readonly Cell[],
  complete: readonly boolean[],
  scale: Scale,
  fill: FillPolicy,
  previousClose?: number,
): Candle[] {
  const candles: Candle[] = [];
  let close = previousClose === undefined ? null : formatDecimal(previousClose, scale.priceDecimals);
  cells.forEach(({ start, summary }, index) => {
    const proven = complete[index] ?? false;
    if (summary !== undefined) {
      const candle = candleOf(start, summary, scale, proven);
      close = candle.close;
      candles.push(candle);
    } else if (fill !== 'omit') candles.push(emptyCandle(start, fill === 'previous' ? close : null, proven));
  });
  return candles;
}

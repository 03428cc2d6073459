import type { Candle, Trade } from '../../api/answers.ts';
import { add, compare, placesOf, weightedMean } from '../decimal.ts';
import { startOf, widthMs, type Interval } from '../interval.ts';

/** A candle with trades, as the service told it, or as trades that came since have changed it. */
export interface Bar {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly vwap: string | null;
  readonly count: number;
  /** Whether it is proven that no trade is missing. */
  readonly complete: boolean;
  /** When the trade was that its close is from; empty where only the service knows. */
  readonly closedAt: string;
}

/** `undefined` for an interval without trades: nothing is drawn for it. */
export function barOf(candle: Candle): Bar | undefined {
  const { start, open, high, low, close, volume, vwap, count, complete } = candle;
  if (count === 0 || open === null || high === null || low === null || close === null) return undefined;
  return { at: Date.parse(start), open, high, low, close, volume, vwap, count, complete, closedAt: '' };
}

export const barsOf = (candles: readonly Candle[]): Bar[] =>
  candles.map(barOf).filter((bar): bar is Bar => bar !== undefined);

/**
 * What is to be said of a bar's completeness: `running` ones are not complete by nature, and the proof for one that has ended
 * comes with the trades behind it, so it is `settling` for a while before it is called incomplete.
 */
export type Standing = 'running' | 'settling' | 'complete' | 'incomplete';

/** How long the proof may take before its absence means something, in milliseconds. */
const settlingMs = 10_000;

/** @param now - The platform's time, milliseconds since 1970. */
export function standingOf({ at, complete }: Bar, interval: Interval, now: number): Standing {
  const end = at + widthMs[interval];
  if (end > now) return 'running';
  if (complete) return 'complete';
  return end + settlingMs > now ? 'settling' : 'incomplete';
}

/** Digits that the service states a mean with beyond those of the prices. */
const meanDigits = 8;

/**
 * The bar of a trade's interval with the trade in it. For the eye, until the service tells the candle: it alone knows what
 * else it holds, and what the trades before the first one seen here were.
 *
 * @param bar - The bar so far; `undefined` where this trade is the first.
 * @param isCounted - Whether the bar may count it already: then only its price can show.
 */
export function foldTrade(bar: Bar | undefined, trade: Trade, interval: Interval, isCounted = false): Bar {
  const { price, size, time, count = 1 } = trade;
  if (bar === undefined) {
    const at = startOf(interval, Date.parse(time));
    const all = { open: price, high: price, low: price, close: price, vwap: price };
    return { at, ...all, volume: size, count, complete: false, closedAt: time };
  }
  const isLast = time >= bar.closedAt;
  const priced = {
    ...bar,
    high: compare(price, bar.high) > 0 ? price : bar.high,
    low: compare(price, bar.low) < 0 ? price : bar.low,
    ...(isLast ? { close: price, closedAt: time } : {}),
  };
  if (isCounted) return priced;
  const mean = weightedMean(
    [
      [bar.vwap ?? price, bar.volume],
      [price, size],
    ],
    placesOf(price) + meanDigits,
  );
  return { ...priced, volume: add(bar.volume, size), vwap: mean ?? price, count: bar.count + count };
}

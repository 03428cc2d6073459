import type { Candle } from '../../api/answers.ts';
import { startOf, widthMs, type Interval } from '../interval.ts';
import { barsOf, type Bar } from './bar.ts';
import type { Span } from './reread.ts';

/** Where candles come from. */
export interface CandleReader {
  /** Reads the candles of a span, at most 5,000 intervals; those without trades are left out. */
  candles(interval: Interval, span: Span): Promise<readonly Candle[]>;
}

/** Older candles, without a hole up to those that were known. */
export interface OlderBars {
  readonly bars: readonly Bar[];
  /** From where on all is known; milliseconds since 1970. */
  readonly from: number;
}

/** Intervals of a page; it takes in as many more as its alignment asks for. */
const pageBars = 500;
/** Intervals that the service reads at a time. */
const mostIntervals = 5_000;

/** What is searched where a page was empty, so that years without trades are passed in a few steps. */
const searched = (interval: Interval): Interval => (interval === '1s' ? '1h' : '1d');

/**
 * Loads the page of candles before an instant, however far away the next trades are.
 *
 * @param before - The start of an interval; milliseconds since 1970.
 * @param earliest - When the first trade of all was.
 * @returns `from` at or before `earliest` where there is nothing older.
 */
export async function loadOlder(
  reader: CandleReader,
  interval: Interval,
  before: number,
  earliest: number,
): Promise<OlderBars> {
  const first = await pageBefore(reader, interval, before, earliest);
  if (first.bars.length > 0 || first.from <= earliest) return first;
  // Aligned with what is searched, so that what is found there lies before the page that was empty.
  const found = await lastBefore(reader, searched(interval), first.from, earliest);
  return found === undefined ? { bars: [], from: earliest } : pageBefore(reader, interval, found, earliest);
}

async function pageBefore(reader: CandleReader, interval: Interval, to: number, earliest: number): Promise<OlderBars> {
  const begin = Math.max(to - pageBars * widthMs[interval], startOf(interval, earliest));
  const from = startOf(searched(interval), Math.min(begin, to - widthMs[interval]));
  return { bars: barsOf(await reader.candles(interval, { from, to })), from };
}

/** The end of the last interval with trades before an instant. */
async function lastBefore(
  reader: CandleReader,
  interval: Interval,
  before: number,
  earliest: number,
): Promise<number | undefined> {
  const width = widthMs[interval];
  for (let to = before; to > earliest; to -= mostIntervals * width) {
    const from = Math.max(to - mostIntervals * width, startOf(interval, earliest));
    const last = barsOf(await reader.candles(interval, { from, to })).at(-1);
    if (last !== undefined) return last.at + width;
  }
  return undefined;
}

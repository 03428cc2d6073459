import { parseSum, placesOf } from '@portolan/pricing/decimal';
import type { Kline } from './klines-of.ts';

/** What is compared of a candle, as the pricing API gives it. */
export interface ComparedCandle {
  /** `2025-01-01T00:00:00.000000Z`, as klines have it. */
  readonly start: string;
  /** Null in an interval without trades. */
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string | null;
  readonly volume: string;
  readonly count: number;
  /** Whether it is proven that no trade is missing. */
  readonly complete?: boolean;
}

/** Where candles differ. */
export interface CandleDifference {
  readonly start: string;
  /** `candle` where one side has trades in the interval and the other has none. */
  readonly field: 'candle' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'count';
  readonly expected: string;
  readonly got: string;
}

export interface CandleComparison {
  /** Intervals with trades that are equal in every field. */
  readonly equal: number;
  /** Intervals that are without trades on both sides. */
  readonly empty: number;
  /** Intervals that differ. */
  readonly different: number;
  /** Candles that are not provably complete; a difference may come from what is known to be missing. */
  readonly incomplete: number;
  /** The first ones, by start: one for each field that differs. */
  readonly differences: readonly CandleDifference[];
}

export interface CompareOptions {
  /** Differences that are kept. @default 20 */
  readonly maxDifferences?: number | undefined;
}

/**
 * Holds candles against Binance's own, exactly: open, high, low, close and volume as numbers of any precision, so that "1.50"
 * equals "1.5", and the count of trades. Both sides come in the order of start, each start once.
 *
 * Binance writes a kline for an interval without trades, with the close before it as every price; it equals a candle without
 * trades and no candle at all. Intervals that no kline speaks of are held to be without trades: Binance leaves out those of
 * its maintenance.
 *
 * Quote volume is not compared. It is the sum of price times size, of which the API gives only the quotient by the volume,
 * rounded.
 *
 * @throws {RangeError} where either side is not in order.
 * @see https://github.com/binance/binance-public-data/issues/169
 */
export async function compareCandles(
  expected: AsyncIterable<Kline>,
  candles: AsyncIterable<ComparedCandle>,
  { maxDifferences = 20 }: CompareOptions = {},
): Promise<CandleComparison> {
  const tally = { equal: 0, empty: 0, different: 0, incomplete: 0 };
  const differences: CandleDifference[] = [];
  for await (const [kline, candle] of paired(inOrder('klines', expected), inOrder('candles', candles))) {
    const klineTrades = kline !== undefined && kline.count > 0;
    const candleTrades = candle !== undefined && candle.count > 0;
    if (candle?.complete === false) tally.incomplete++;
    if (!klineTrades && !candleTrades) {
      tally.empty++;
      continue;
    }
    const start = (kline ?? candle)!.start;
    const found =
      klineTrades && candleTrades
        ? fieldDifferences(kline, candle)
        : [{ start, field: 'candle' as const, expected: tradesOf(kline), got: tradesOf(candle) }];
    if (found.length === 0) tally.equal++;
    else tally.different++;
    differences.push(...found.slice(0, Math.max(0, maxDifferences - differences.length)));
  }
  return { ...tally, differences };
}

const tradesOf = (candle: { readonly count: number } | undefined): string =>
  candle === undefined || candle.count === 0 ? 'no trades' : `${candle.count} trades`;

function fieldDifferences(kline: Kline, candle: ComparedCandle): CandleDifference[] {
  const found: CandleDifference[] = [];
  for (const field of ['open', 'high', 'low', 'close', 'volume'] as const) {
    const got = candle[field];
    if (got === null || !isSameDecimal(kline[field], got))
      found.push({ start: kline.start, field, expected: kline[field], got: got ?? 'nothing' });
  }
  if (kline.count !== candle.count)
    found.push({ start: kline.start, field: 'count', expected: String(kline.count), got: String(candle.count) });
  return found;
}

function isSameDecimal(one: string, other: string): boolean {
  const places = placesOf(one);
  return places !== undefined && places === placesOf(other) && parseSum(one, places) === parseSum(other, places);
}

/** Both sides by start; one of a pair is absent where only the other side has that start. */
async function* paired<A extends { readonly start: string }, B extends { readonly start: string }>(
  left: AsyncGenerator<A>,
  right: AsyncGenerator<B>,
): AsyncGenerator<[A | undefined, B | undefined]> {
  try {
    let a = await left.next();
    let b = await right.next();
    while (a.done !== true || b.done !== true) {
      const takeA = a.done !== true && (b.done === true || a.value.start <= b.value.start);
      const takeB = b.done !== true && (a.done === true || b.value.start <= a.value.start);
      yield [takeA ? (a.value as A) : undefined, takeB ? (b.value as B) : undefined];
      if (takeA) a = await left.next();
      if (takeB) b = await right.next();
    }
  } finally {
    await Promise.all([left.return(undefined), right.return(undefined)]);
  }
}

async function* inOrder<One extends { readonly start: string }>(
  what: string,
  many: AsyncIterable<One>,
): AsyncGenerator<One> {
  let before = '';
  for await (const one of many) {
    if (one.start <= before) throw new RangeError(`${what}: ${one.start} comes after ${before}`);
    before = one.start;
    yield one;
  }
}

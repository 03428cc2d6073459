import type { CandleView, ReportedTrade } from '@portolan/pricing';

/** Everything of a candle that follows from its trades alone. */
export type ExactCandle = Omit<CandleView, 'start' | 'complete'>;

/** How much of a time names an interval: `2026-01-31T13:05` is a minute. */
const nameLengths = { year: 4, month: 7, day: 10, hour: 13, minute: 16, second: 19 } as const;
export type Level = keyof typeof nameLengths;

/** The name of the interval that an instant lies in. @param time - ISO 8601 in UTC. */
export const intervalName = (level: Level, time: string): string => time.slice(0, nameLengths[level]);

/**
 * Candles computed once more from the trades themselves, by another way than the platform's: grouped by text, all in
 * bigints, nothing added up before its interval is whole. By name, in order.
 *
 * @param trades - Of one source, each once; times all of one form, so that they sort as text.
 * @param priceDecimals - Of the product's increment: means have 8 digits more.
 */
export function exactCandles(
  trades: readonly ReportedTrade[],
  level: Level,
  priceDecimals: number,
): ReadonlyMap<string, ExactCandle> {
  const intervals = Map.groupBy(inOrder(trades), ({ time }) => intervalName(level, time));
  return new Map([...intervals].map(([name, some]) => [name, candleOf(some, priceDecimals)]));
}

/** By time, then by number. */
export const inOrder = (trades: readonly ReportedTrade[]): readonly ReportedTrade[] =>
  trades.toSorted((left, right) =>
    left.time === right.time ? Number(left.id) - Number(right.id) : left.time < right.time ? -1 : 1,
  );

function candleOf(trades: readonly ReportedTrade[], priceDecimals: number): ExactCandle {
  const prices = trades.map(({ price }) => unitsOf(price));
  const sizes = trades.map(({ size }) => unitsOf(size));
  const counts = trades.map(({ count }) => BigInt(count ?? 1));
  const volume = total(sizes);
  const count = total(counts);
  // The weights' own unit falls out; what is left is in units of price.
  const mean = (weights: readonly bigint[], weight: bigint): string =>
    decimal(
      halfEven(total(prices.map((price, at) => price * weights[at]!)) * 10n ** BigInt(priceDecimals), weight),
      priceDecimals + places,
    );
  return {
    open: decimal(prices[0]!),
    high: decimal(prices.reduce((most, price) => (price > most ? price : most))),
    low: decimal(prices.reduce((least, price) => (price < least ? price : least))),
    close: decimal(prices.at(-1)!),
    volume: decimal(volume),
    vwap: mean(sizes, volume),
    average: mean(counts, count),
    count: Number(count),
  };
}

/** Prices and sizes are read in units of 10^-8. */
const places = 8;

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

function unitsOf(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

/** In its shortest form. */
function decimal(units: bigint, digits = places): string {
  const text = String(units).padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return text.slice(0, -digits) + (fraction === '' ? '' : `.${fraction}`);
}

function halfEven(sum: bigint, by: bigint): bigint {
  const quotient = sum / by;
  const twice = (sum % by) * 2n;
  return twice > by || (twice === by && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

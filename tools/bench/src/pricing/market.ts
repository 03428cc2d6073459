import { seededRandom } from '@portolan/kernel/testing';
import type { ReportedTrade } from '@portolan/pricing';

/** What is traded, in cents and hundred-millionths of a coin. */
export const product = 'BTC-USD';
export const increments = { priceIncrement: '0.01', sizeIncrement: '0.00000001' } as const;

/** A trade, before it takes the form that something under test is given it in. */
export interface MadeTrade {
  /** From 1 on, without gaps. */
  readonly id: number;
  /** Microseconds since 1970. */
  readonly time: number;
  /** Cents. */
  readonly price: number;
  /** Hundred-millionths. */
  readonly size: number;
  readonly side: 'buy' | 'sell';
}

export interface Market {
  readonly count: number;
  /** Microseconds since 1970. */
  readonly from: number;
  /** Microseconds: one trade in each stretch of this length, anywhere in it. */
  readonly every: number;
}

/** Trades in order, the same for the same market: prices walk by cents, sizes spread over five decades. */
export function* makeTrades({ count, from, every }: Market): Generator<MadeTrade> {
  const random = seededRandom(1);
  let price = 5_000_000;
  for (let id = 1; id <= count; id++) {
    yield {
      id,
      time: from + (id - 1) * every + Math.floor(random.next() * every),
      price,
      size: Math.ceil(10 ** (random.next() * 5)) * 1_000,
      side: random.next() < 0.5 ? 'buy' : 'sell',
    };
    price = Math.max(100, price + Math.round((random.next() - 0.5) * 200));
  }
}

/** As a source reports it. */
export function reported({ id, time, price, size, side }: MadeTrade, source = 'bench'): ReportedTrade {
  return {
    product,
    source,
    id: String(id),
    time: isoOf(time),
    price: (price / 1e2).toFixed(2),
    size: (size / 1e8).toFixed(8),
    side,
  };
}

/** ISO 8601 with microseconds. @param time - Microseconds since 1970. */
export function isoOf(time: number): string {
  const millis = Math.floor(time / 1_000);
  return `${new Date(millis).toISOString().slice(0, -1)}${String(time - millis * 1_000).padStart(3, '0')}Z`;
}

/**
 * As a line of Binance's files of spot trades: id, price, size, price times size, time, whether the buyer was the maker, and
 * whether it was the best match.
 *
 * @see https://github.com/binance/binance-public-data#trades-1
 */
export function csvLine({ id, time, price, size, side }: MadeTrade): string {
  const [priceText, sizeText] = [(price / 1e2).toFixed(8), (size / 1e8).toFixed(8)];
  const worth = ((price * size) / 1e10).toFixed(8);
  return `${id},${priceText},${sizeText},${worth},${time},${side === 'sell' ? 'True' : 'False'},True\n`;
}

/** In an order drawn from a seed. */
export function shuffled<T>(items: readonly T[]): T[] {
  const random = seededRandom(1);
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random.next() * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}

/** The start of the year before the present one, which every interval of is over: microseconds since 1970. */
export const startOfLastYear = (now: number): number => Date.UTC(new Date(now).getUTCFullYear() - 1, 0, 1) * 1_000;

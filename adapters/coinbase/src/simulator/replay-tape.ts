import { describeIssues, parse } from '@portolan/kernel';
import type { ReportedTrade } from '@portolan/pricing';
import { formatDecimal, placesOf } from '@portolan/pricing/decimal';
import { parseTime } from '@portolan/pricing/time';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { decimal, productId, side, time } from '../protocol/fields.ts';
import type { SimulatedProduct, Tape, TapeTrade } from './tape.ts';

export interface ReplayOptions {
  /** When the replay starts, in milliseconds since 1970: with the same start, it goes on where it would be by now. */
  readonly startedAt: number;
  /** How much faster the market's time runs; above 0. @default 1 */
  readonly speed?: number;
  /** The market's time at the start; what lies before is history from the beginning. @default the first trade's */
  readonly from?: string;
}

const line = z.object({
  product: productId,
  id: z.string().regex(/^[1-9]\d{0,15}$/),
  time,
  price: decimal,
  size: decimal,
  side,
  count: z.literal(1).optional(),
});

/**
 * Trades that were made once, told again at their own times or faster. Ids and times stay theirs; where the list has holes
 * between ids, so has the exchange.
 *
 * @param trades - At least one; ids must be whole numbers from 1 on, each once for a product, and stand for one trade each.
 * @throws {RangeError} naming the trade that does not fit.
 */
export function replayTape(trades: readonly Omit<ReportedTrade, 'source'>[], options: ReplayOptions): Tape {
  const { startedAt, speed = 1 } = options;
  if (!(speed > 0)) throw new RangeError(`speed: expected a number above 0, not ${speed}`);
  const reels = reelsOf(trades);
  const earliest = Math.min(...[...reels.values()].map((reel) => reel[0]!.micros));
  const from = options.from === undefined ? earliest : parseTime(options.from);
  if (from === undefined)
    throw new RangeError(`from: expected a time such as 2026-01-31T12:00:00Z, not ${options.from}`);
  const of = (product: string): readonly TapeTrade[] => {
    const reel = reels.get(product);
    if (reel === undefined) throw new RangeError(`${product} is not on this tape`);
    return reel;
  };
  return {
    products: [...reels].map(([id, reel]) => productOf(id, reel)),
    marketTime: (wallMs) => Math.floor(from + (wallMs - startedAt) * 1_000 * speed),
    wallTime: (micros) => Math.ceil(startedAt + (micros - from) / (1_000 * speed)),
    older(product, until, below, limit) {
      const reel = of(product);
      const end = Math.min(
        countWhile(reel, ({ id }) => id < below),
        countWhile(reel, ({ micros }) => micros <= until),
      );
      return reel.slice(Math.max(0, end - limit), end).reverse();
    },
    newer(product, until, above, limit) {
      const reel = of(product);
      const start = countWhile(reel, ({ id }) => id <= above);
      const end = countWhile(reel, ({ micros }) => micros <= until);
      return reel.slice(start, Math.min(end, start + limit));
    },
  };
}

/**
 * Reads trades from a file, a JSON object a line, all of them into memory.
 *
 * @throws {RangeError} naming the line that is no trade.
 */
export async function readTrades(path: string): Promise<readonly Omit<ReportedTrade, 'source'>[]> {
  const trades: Omit<ReportedTrade, 'source'>[] = [];
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number++;
    if (text.trim() === '') continue;
    const parsed = parse(line, jsonOf(text));
    if (parsed.kind === 'invalid') throw new RangeError(`${path}:${number}: ${describeIssues(parsed.issues)}`);
    const { count: _one, ...trade } = parsed.value;
    trades.push(trade);
  }
  return trades;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No object either, which the schema says with the line's number.
    return undefined;
  }
}

function reelsOf(trades: readonly Omit<ReportedTrade, 'source'>[]): ReadonlyMap<string, readonly TapeTrade[]> {
  if (trades.length === 0) throw new RangeError('trades: expected one at least');
  const reels = new Map<string, TapeTrade[]>();
  for (const [index, trade] of trades.entries()) {
    const parsed = parse(line, trade);
    if (parsed.kind === 'invalid') throw new RangeError(`trades.${index}: ${describeIssues(parsed.issues)}`);
    const { product, id, time: at, price, size, side: taker } = parsed.value;
    const reel = reels.get(product) ?? [];
    reel.push({ id: Number(id), micros: parseTime(at)!, price, size, side: taker });
    reels.set(product, reel);
  }
  for (const [product, reel] of reels) {
    reel.sort((a, b) => a.id - b.id);
    for (const [index, trade] of reel.entries()) {
      const before = reel[index - 1];
      if (before?.id === trade.id) throw new RangeError(`${product}: trade ${trade.id} stands there twice`);
      if (before !== undefined && before.micros > trade.micros) {
        throw new RangeError(`${product}: trade ${trade.id} is earlier than ${before.id}, which comes before it`);
      }
    }
  }
  return reels;
}

/** Increments as fine as the finest decimal of the product's trades. */
function productOf(id: string, reel: readonly TapeTrade[]): SimulatedProduct {
  const finest = (texts: readonly string[]): string =>
    formatDecimal(
      1,
      texts.reduce((most, text) => Math.max(most, placesOf(text)!), 0),
    );
  return {
    id,
    priceIncrement: finest(reel.map(({ price }) => price)),
    sizeIncrement: finest(reel.map(({ size }) => size)),
  };
}

/** How many of a reel come before the first that does not fit; by halving, for those that fit stand in front. */
function countWhile(reel: readonly TapeTrade[], fits: (trade: TapeTrade) => boolean): number {
  let low = 0;
  let high = reel.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(reel[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

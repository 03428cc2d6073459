import { seededRandom } from '@portolan/kernel/testing';
import type { ReportedTrade } from '../intake.ts';
import { formatTime } from '../time.ts';

/**
 * Trades of BTC-USD from a seed, numbered from 1 on, in order: prices walk by cents, sizes spread over five decades.
 *
 * @param start - Milliseconds since 1970 of the first.
 * @param spacingMs - Mean time between two.
 */
export function market(count: number, start: number, spacingMs: number, seed = 1): readonly ReportedTrade[] {
  const random = seededRandom(seed);
  const trades: ReportedTrade[] = [];
  let time = start * 1_000;
  let cents = 5_000_000;
  for (let id = 1; id <= count; id++) {
    trades.push({
      product: 'BTC-USD',
      source: 'test',
      id: String(id),
      time: formatTime(time),
      price: (cents / 100).toFixed(2),
      size: (Math.ceil(10 ** (random.next() * 5)) / 1e5).toFixed(5),
      side: random.next() < 0.5 ? 'buy' : 'sell',
    });
    cents = Math.max(100, cents + Math.round((random.next() - 0.5) * 200));
    time += Math.floor(random.next() * 2 * spacingMs * 1_000);
  }
  return trades;
}

/** In an order drawn from a seed. */
export function shuffled<T>(items: readonly T[], seed = 1): T[] {
  const random = seededRandom(seed);
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random.next() * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}

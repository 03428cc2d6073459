import { expect } from '@jest/globals';
import type { Tape } from '@portolan/coinbase/simulator';
import { eventually } from './client.ts';
import { latestTrade, listCandles, listGaps, listTrades } from './prices.ts';
import { tradesOnTape } from './tape-trades.ts';

/**
 * Waits until a platform has a product's trade of an id and knows of no gap; then expects its trades to be those of the
 * exchange, one by one, and the candles of all seconds between to count them and to be complete.
 *
 * @returns The id of the first trade that is there.
 */
export async function checkWhole(
  url: string,
  product: string,
  { tape, source, until }: { readonly tape: Tape; readonly source: string; readonly until: number },
): Promise<number> {
  const newest = await eventually(
    () => latestTrade(url, product),
    (trade) => Number(trade?.id) >= until,
  );
  expect(Number(newest?.id)).toBeGreaterThanOrEqual(until);
  const gaps = await eventually(
    () => listGaps(url, product),
    (found) => found.length === 0,
  );
  expect(gaps).toEqual([]);

  const last = Number(newest!.id);
  const trades = (await listTrades(url, product)).filter(({ id }) => Number(id) <= last);
  const first = Number(trades[0]!.id);
  expect(trades).toEqual(tradesOnTape(tape, product, { source, first, last }));

  const from = new Date(Math.ceil(Date.parse(trades[0]!.time) / 1_000) * 1_000).toISOString();
  const to = `${newest!.time.slice(0, 19)}.000000Z`;
  const candles = await listCandles(url, product, `interval=1s&fill=null&from=${from}&to=${to}`);
  expect(candles).toHaveLength((Date.parse(to) - Date.parse(from)) / 1_000);
  expect(candles.filter(({ complete }) => !complete)).toEqual([]);
  const within = trades.filter(({ time }) => time >= candles[0]!.start && time < to);
  expect(candles.reduce((sum, { count }) => sum + count, 0)).toBe(within.length);
  return first;
}

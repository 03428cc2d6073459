import { setTimeout } from 'node:timers/promises';
import type { CandleView, ReportedTrade, TradeResult } from '@portolan/pricing';
import { isoOf, product } from '../market.ts';
import type { Ask } from './ask.ts';

/** Trades of one batch: the most that the API takes. */
export const batchSize = 5_000;

/** Between two looks at what is still open, in milliseconds: a look reads up to 1,000 marks. */
const lookEveryMs = 200;
/** An archive that is not done by then will not be. */
const patienceMs = 1_800_000;

/** @throws {Error} unless every one of them is new. */
export async function postTrades(ask: Ask, trades: readonly ReportedTrade[]): Promise<void> {
  const { results } = await ask<{ readonly results: readonly TradeResult[] }>('postTrades', { body: { trades } });
  const wrong = results.find(({ status }) => status !== 'accepted');
  if (wrong !== undefined) throw new Error(`postTrades: ${JSON.stringify(wrong)}`);
}

/**
 * Has everything that lies in the past archived, and waits until no interval of it is open. One more trade comes in, at the
 * present time: it tells that the source has left the past behind, and its own minute is all that stays open.
 */
export async function archiveAll(ask: Ask, last: ReportedTrade): Promise<void> {
  const closing = { ...last, id: String(Number(last.id) + 1), time: isoOf(Date.now() * 1_000) };
  await postTrades(ask, [closing]);
  const params = { id: last.product };
  await ask('archiveProduct', { params });
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const { openIntervals } = await ask<{ readonly openIntervals: number }>('getProduct', { params });
    if (openIntervals <= 1) return;
    if (Date.now() > giveUpAt) throw new Error(`${openIntervals} intervals are still open`);
    await setTimeout(lookEveryMs);
  }
}

/** Trades that the candles of a span count, of hours. @param from - Microseconds; the start of an hour. */
export async function countTrades(ask: Ask, from: number, to: number, id = product): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await ask<{ readonly candles: readonly CandleView[]; readonly cursor?: string }>('listCandles', {
      params: { id },
      query: {
        from: isoOf(from),
        to: isoOf(to),
        interval: '1h',
        limit: '5000',
        ...(cursor === undefined ? {} : { cursor }),
      },
    });
    for (const candle of page.candles) count += candle.count;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return count;
}

import type { Figures } from '../../measure/figures.ts';
import { increments, makeTrades, product, reported, startOfLastYear, type Market } from '../market.ts';
import { archiveAll, batchSize, countTrades, postTrades } from '../platform/history.ts';
import { openPricing } from '../platform/open-pricing.ts';

export interface YearSize {
  readonly days: number;
  readonly tradesAMinute: number;
}

/** Trades in every minute of some days, the first of them the first of a year. */
export const yearMarket = ({ days, tradesAMinute }: YearSize): Market => ({
  count: days * 1_440 * tradesAMinute,
  from: startOfLastYear(Date.now()),
  every: 60_000_000 / tradesAMinute,
});

/** Brings a platform to a year of minutes, all of them archived: preparation, never measured. */
export async function fillYear(folder: string, size: YearSize): Promise<Figures> {
  const pricing = await openPricing(folder);
  const { ask } = pricing;
  const market = yearMarket(size);
  await ask('putProduct', { params: { id: product }, body: increments });
  let batch = [];
  for (const trade of makeTrades(market)) {
    batch.push(reported(trade));
    if (batch.length < batchSize && trade.id < market.count) continue;
    await postTrades(ask, batch);
    if (trade.id === market.count) await archiveAll(ask, batch.at(-1)!);
    batch = [];
  }
  const counted = await countTrades(ask, market.from, market.from + market.count * market.every);
  await pricing.close();
  return { lost: Math.abs(market.count - counted) };
}

import { performance } from 'node:perf_hooks';
import { chunks } from '@portolan/kernel';
import { withCallers } from '../../measure/callers.ts';
import type { Figures } from '../../measure/figures.ts';
import type { Probe } from '../../measure/probe.ts';
import { increments, makeTrades, product, reported, startOfLastYear } from '../market.ts';
import type { Ask } from '../platform/ask.ts';
import { archiveAll, batchSize, countTrades, postTrades } from '../platform/history.ts';

export interface IngestSize {
  readonly count: number;
  /** Batches under way at one time. */
  readonly callers: number;
}

/** A million trades a day, evenly: 86.4 ms from trade to trade. Microseconds. */
const every = 86_400;

/**
 * How many trades a second are taken in until they stand in the table and all their intervals, from minutes to the year, in
 * the archive; both durable. The trades are there before.
 */
export async function measureIngest(ask: Ask, { count, callers }: IngestSize, probe: Probe): Promise<Figures> {
  await ask('putProduct', { params: { id: product }, body: increments });
  const market = { count, from: startOfLastYear(Date.now()), every };
  const trades = [...makeTrades(market)].map((trade) => reported(trade));
  const batches = chunks(trades, batchSize);
  await probe.start();
  const began = performance.now();
  await withCallers(callers, batches.length, (index) => postTrades(ask, batches[index]!));
  const postedMs = performance.now() - began;
  await archiveAll(ask, trades.at(-1)!);
  const tookMs = performance.now() - began;
  await probe.stop();
  const counted = await countTrades(ask, market.from, market.from + count * every);
  return {
    perSecond: (count * 1_000) / tookMs,
    postedPerSecond: (count * 1_000) / postedMs,
    archiveMs: tookMs - postedMs,
    lost: Math.abs(count - counted),
  };
}

import { performance } from 'node:perf_hooks';
import type { Figures } from '../../measure/figures.ts';
import type { Probe } from '../../measure/probe.ts';
import type { Aggregator } from '../aggregate/aggregator.ts';
import { makeTrades, shuffled, startOfLastYear } from '../market.ts';

export type TradeOrder = 'in order' | 'shuffled' | 'twice';

export interface AggregateSize {
  /** Different trades. */
  readonly count: number;
  /** Rounds before those that are measured, so that code is compiled. */
  readonly warmUp: number;
  readonly rounds: number;
}

/** Of a busy product: 60 ms from trade to trade. Microseconds. */
const every = 60_000;

/** How many trades a second one thread makes candles of; the trades are there before. */
export async function measureAggregate(
  aggregator: Aggregator,
  order: TradeOrder,
  { count, warmUp, rounds }: AggregateSize,
  probe: Probe,
): Promise<Figures> {
  const market = { count, from: startOfLastYear(Date.now()), every };
  const trades = inOrder(
    [...makeTrades(market)].map((trade) => aggregator.prepare(trade)),
    order,
  );
  for (let round = 0; round < warmUp; round++) aggregator.aggregate(trades);
  let lost = 0;
  await probe.start();
  const began = performance.now();
  for (let round = 0; round < rounds; round++) lost += Math.abs(count - aggregator.aggregate(trades));
  const tookMs = performance.now() - began;
  await probe.stop();
  return { perSecond: (trades.length * rounds * 1_000) / tookMs, lost };
}

function inOrder(trades: readonly unknown[], order: TradeOrder): readonly unknown[] {
  if (order === 'shuffled') return shuffled(trades);
  return order === 'twice' ? trades.flatMap((trade) => [trade, trade]) : trades;
}

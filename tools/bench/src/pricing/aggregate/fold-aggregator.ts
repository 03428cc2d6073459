import { CandleFold } from '@portolan/pricing';
import type { Aggregator } from './aggregator.ts';

type Trade = Parameters<CandleFold['add']>[0];

/** Ours: exact sums, and each trade once however often it comes. */
export const foldAggregator: Aggregator<Trade> = {
  prepare: ({ id, time, price, size, side }) => ({
    source: 'bench',
    id: String(id),
    sequence: id,
    time,
    price,
    size,
    side,
    count: 1,
  }),
  aggregate(trades) {
    const fold = new CandleFold('1m');
    fold.addAll(trades);
    let count = 0;
    for (const summary of fold.summaries().values()) count += summary.count;
    return count;
  },
};

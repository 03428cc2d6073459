import type { MadeTrade } from '../market.ts';

/** Something that makes candles of a minute from trades. */
export interface Aggregator<Taken = unknown> {
  /** Trades in the form that it takes: preparation, never measured. */
  prepare(trade: MadeTrade): Taken;
  /** Makes the candles. @returns How many trades they count. */
  aggregate(trades: readonly Taken[]): number;
}

export const aggregatorNames = ['fold', 'ccxt'] as const;
export type AggregatorName = (typeof aggregatorNames)[number];

/** Loads the code of one only, so that a process holds nothing else. */
export async function loadAggregator(name: AggregatorName): Promise<Aggregator> {
  if (name === 'fold') return (await import('./fold-aggregator.ts')).foldAggregator as Aggregator;
  // Peers are installed in a folder of their own when they are asked for, so the compiler does not know them.
  const peer = (await import(new URL('../../../peers/ccxt.js', import.meta.url).href)) as {
    readonly aggregator: Aggregator;
  };
  return peer.aggregator;
}

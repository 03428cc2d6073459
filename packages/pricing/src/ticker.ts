import type { StoredTrade, Ticker } from './ports.ts';
import type { Scale } from './product.ts';
import { startOf } from './interval.ts';
import { packTrade, tradeKey, unpackTrade } from './stored-trade.ts';
import { decodeSummary, encodeSummary } from './summary-codec.ts';
import { mergeAll, summarize } from './summary.ts';
import { compareTrades, type Trade } from './trade.ts';

export const newTicker = (product: string): Ticker => ({ product, sources: {}, watermark: 0, archivingUntil: 0 });

/** What one batch brings for a product. */
export interface TickerNews {
  /** Every trade that is not rejected, known before or not: the newest counts, whatever was answered when it first came. */
  readonly heard: readonly Trade[];
  /** Those that were not known before; sums count each once. */
  readonly fresh: readonly Trade[];
  /** When they were heard, milliseconds since 1970; `undefined` where they were found. */
  readonly now: number | undefined;
}

/** The ticker after a batch. */
export function tickerAfter(before: Ticker, { heard, fresh, now }: TickerNews, scale: Scale): Ticker {
  const sources = { ...before.sources };
  let newest = latestTrade(before, scale);
  let earliest = before.earliest ?? Infinity;
  for (const trade of heard) {
    const known = sources[trade.source];
    sources[trade.source] = { time: Math.max(known?.time ?? 0, trade.time), heardAt: now ?? known?.heardAt ?? 0 };
    if (trade.time < earliest) earliest = trade.time;
    if (newest === undefined || compareTrades(trade, newest) > 0) newest = trade;
  }
  const latest = newest === undefined ? undefined : packLatest(newest, scale);
  const running = runningAfter(before.running, fresh, scale);
  return {
    ...before,
    sources,
    ...(earliest === Infinity ? {} : { earliest }),
    ...(latest === undefined ? {} : { latest }),
    ...(running === undefined ? {} : { running }),
  };
}

/** The newest trade that a ticker knows. */
export function latestTrade({ latest }: Ticker, scale: Scale): Trade | undefined {
  return latest && unpackTrade(latest, scale);
}

const packLatest = (trade: Trade, scale: Scale): StoredTrade =>
  packTrade(trade, { minute: '', id: tradeKey(trade) }, scale);

/** The minute of the newest fresh trade, as far as it has been seen. */
function runningAfter(before: Ticker['running'], fresh: readonly Trade[], scale: Scale): Ticker['running'] {
  if (fresh.length === 0) return before;
  const start = fresh.reduce((latest, { time }) => Math.max(latest, startOf('minute', time)), before?.start ?? 0);
  const known = before?.start === start ? decodeSummary(before.summary, scale) : undefined;
  const more = summarize(fresh.filter(({ time }) => startOf('minute', time) === start));
  const summary = mergeAll([known, more]);
  return summary === undefined ? before : { start, summary: encodeSummary(summary, scale) };
}

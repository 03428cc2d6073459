import type { Trade } from '../../api/answers.ts';

/** A page of the trades from an instant (ISO 8601) on, the oldest first. */
export type TradePages = (
  from: string,
  cursor: string | undefined,
) => Promise<{ readonly trades: readonly Trade[]; readonly cursor?: string | undefined }>;

/** Spans that are tried for a tail of trades, in milliseconds: the narrowest that has enough. */
const spansMs = [10_000, 120_000, 3_600_000, 86_400_000];

/** All trades of the last seconds, and more where those are few. In order of time. */
export async function readTail(latest: Trade, wanted: number, pages: TradePages): Promise<readonly Trade[]> {
  let trades: readonly Trade[] = [latest];
  for (const spanMs of spansMs) {
    trades = await allFrom(new Date(Date.parse(latest.time) - spanMs).toISOString(), pages);
    if (trades.length >= wanted) break;
  }
  return trades;
}

/** The newest are on the last page. */
async function allFrom(from: string, pages: TradePages): Promise<readonly Trade[]> {
  let { trades, cursor } = await pages(from, undefined);
  while (cursor !== undefined) {
    const next = await pages(from, cursor);
    trades = [...trades, ...next.trades];
    cursor = next.cursor;
  }
  return trades;
}

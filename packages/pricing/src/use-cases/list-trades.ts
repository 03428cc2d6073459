import type { History } from '../archive/history.ts';
import { tradesWithin, type Span } from '../archive/walk.ts';
import { compareTrades, type Trade, type TradeKey } from '../trade.ts';

export interface TradePage {
  readonly trades: readonly Trade[];
  /** Whether the span has more. */
  readonly more: boolean;
}

/**
 * The first trades of a span, by time, source and id.
 *
 * @param after - The last one shown: the page begins behind it, however many share its instant.
 */
export async function listTrades(
  history: History,
  { from, to }: Span,
  limit: number,
  after: TradeKey | undefined,
): Promise<TradePage> {
  const rest = { from: Math.max(from, after?.time ?? from), to };
  const isWanted = (trade: Trade): boolean => after === undefined || compareTrades(trade, after) > 0;
  const trades = await tradesWithin(history, rest, limit + 1, isWanted);
  return { trades: trades.slice(0, limit), more: trades.length > limit };
}

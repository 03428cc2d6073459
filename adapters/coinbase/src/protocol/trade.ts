import type { ReportedTrade } from '@portolan/pricing';
import * as z from 'zod';
import { decimal, side, time, tradeId } from './fields.ts';

/**
 * A trade as the exchange tells of it, in a match message or over REST; the same five fields in both.
 *
 * `side` is the maker's: `buy` says that an order to buy stood in the book and was hit.
 *
 * @see https://docs.cdp.coinbase.com/exchange/websocket-feed/channels (matches)
 * @see https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-trades (side)
 */
export const exchangeTrade = z.object({ trade_id: tradeId, time, price: decimal, size: decimal, side });

export type ExchangeTrade = z.infer<typeof exchangeTrade>;

/** The trade as the domain takes it: the taker's side, the other one; price and size untouched. */
export function reportedTrade(source: string, product: string, trade: ExchangeTrade): ReportedTrade {
  return {
    product,
    id: String(trade.trade_id),
    time: trade.time,
    price: trade.price,
    size: trade.size,
    side: oppositeSide(trade.side),
    source,
  };
}

/** Maker's to taker's, and back. */
export const oppositeSide = (side: 'buy' | 'sell'): 'buy' | 'sell' => (side === 'buy' ? 'sell' : 'buy');

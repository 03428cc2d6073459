import { formatDecimal } from '@portolan/pricing/decimal';
import { formatTime } from '@portolan/pricing/time';
import { oppositeSide } from '../protocol/trade.ts';
import { Dice } from './dice.ts';
import { digitsOf, type SimulatedProduct, type TapeTrade } from './tape.ts';

/** Messages about an order book for each trade; those of the order book itself are not sent here. */
const messagesPerTrade = 64;

/** Order ids and sequences are decoration, yet the same whenever a trade is told of. */
const decoration = new Dice(0, 'decoration');

/** A match message. The exchange names the maker's side, and writes decimals in minimal form here. */
export function matchFrame(type: 'match' | 'last_match', product: string, trade: TapeTrade): string {
  return JSON.stringify({
    type,
    trade_id: trade.id,
    maker_order_id: orderId(trade.id, 0),
    taker_order_id: orderId(trade.id, 1),
    side: oppositeSide(trade.side),
    size: trade.size,
    price: trade.price,
    product_id: product,
    sequence: sequenceOf(trade.id),
    time: formatTime(trade.micros),
  });
}

/** @param lastId - 0 before the first trade. */
export function heartbeatFrame(product: string, lastId: number, micros: number): string {
  return JSON.stringify({
    type: 'heartbeat',
    last_trade_id: lastId,
    product_id: product,
    // Behind the trade's own, before the next one's.
    sequence: lastId * messagesPerTrade + messagesPerTrade - 1,
    time: formatTime(micros),
  });
}

export function errorFrame(message: string, reason?: string): string {
  return JSON.stringify({ type: 'error', message, ...(reason === undefined ? {} : { reason }) });
}

export function subscriptionsFrame(channels: ReadonlyMap<string, ReadonlySet<string>>): string {
  const listed = [...channels].filter(([, products]) => products.size > 0);
  return JSON.stringify({
    type: 'subscriptions',
    channels: listed.map(([name, products]) => ({ name, product_ids: [...products], account_ids: null })),
  });
}

/** A trade as REST lists it: all decimals with eight digits. */
export function listedTrade(trade: TapeTrade): object {
  return {
    trade_id: trade.id,
    side: oppositeSide(trade.side),
    size: eightDigits(trade.size),
    price: eightDigits(trade.price),
    time: formatTime(trade.micros),
  };
}

export function listedProduct({ id, priceIncrement, sizeIncrement }: SimulatedProduct): object {
  const [base, quote] = id.split('-');
  return {
    id,
    base_currency: base,
    quote_currency: quote,
    quote_increment: priceIncrement,
    base_increment: sizeIncrement,
    display_name: id,
    min_market_funds: formatDecimal(1, Math.min(2, digitsOf(priceIncrement))),
    margin_enabled: false,
    post_only: false,
    limit_only: false,
    cancel_only: false,
    status: 'online',
    status_message: '',
    trading_disabled: false,
    fx_stablecoin: false,
    auction_mode: false,
  };
}

const sequenceOf = (id: number): number => id * messagesPerTrade + (decoration.roll(0, id) % (messagesPerTrade - 1));

function orderId(id: number, party: number): string {
  const words = [0, 1, 2, 3]
    .map((word) =>
      decoration
        .roll(1 + party * 4 + word, id)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return [words.slice(0, 8), words.slice(8, 12), words.slice(12, 16), words.slice(16, 20), words.slice(20)].join('-');
}

function eightDigits(text: string): string {
  const [whole, fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(8, '0')}`;
}

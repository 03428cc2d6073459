/** Where an exchange that speaks this protocol is found. */
export interface CoinbaseEndpoints {
  /** `wss://` or `ws://`. */
  readonly websocket: string;
  /** `https://` or `http://`, without a slash at its end. */
  readonly rest: string;
}

/**
 * Coinbase Exchange itself: market data that anyone may read, without a key.
 *
 * @see https://docs.cdp.coinbase.com/exchange/websocket-feed/overview
 * @see https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-trades
 */
export const coinbaseExchange: CoinbaseEndpoints = {
  websocket: 'wss://ws-feed.exchange.coinbase.com',
  rest: 'https://api.exchange.coinbase.com',
};

/** An address for people to read: without user, password, query and fragment, where secrets stand. */
export function withoutSecrets(address: string): string {
  const url = URL.parse(address);
  return url === null ? '' : `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

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

/** Whether a feed can read trades there. */
export const isWebsocketAddress = (text: string): boolean => isAddress(text, ['wss:', 'ws:']);

/** Whether a feed can read an exchange's history there. */
export const isRestAddress = (text: string): boolean => isAddress(text, ['https:', 'http:']);

/** A fragment is never sent, so whoever gives one means something else. */
function isAddress(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hash === '';
}

/** An address for people to read: without user, password, query and fragment, where secrets stand. */
export function withoutSecrets(address: string): string {
  const url = URL.parse(address);
  return url === null ? '' : `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

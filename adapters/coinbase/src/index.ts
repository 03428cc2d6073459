export { coinbaseExchange, isRestAddress, isWebsocketAddress, type CoinbaseEndpoints } from './endpoints.ts';
export { startCoinbaseFeed, type CoinbaseFeed, type FeedState } from './feed/coinbase-feed.ts';
export type { CoinbaseFeedOptions } from './feed/options.ts';
export { productId } from './protocol/fields.ts';

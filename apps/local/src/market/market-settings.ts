import { coinbaseExchange, isRestAddress, isWebsocketAddress, productId } from '@portolan/coinbase';
import { simulatedMarkets } from '@portolan/coinbase/simulator';
import * as z from 'zod';
import type { MarketSettings } from './market-feed.ts';

const productList = z
  .string()
  .transform((text) => text.split(',').map((id) => id.trim()))
  .refine(
    (ids) => z.array(productId).safeParse(ids).success && new Set(ids).size === ids.length,
    'expected products by commas, such as BTC-USD,ETH-USD, each once',
  );

/** Variables that say where prices come from. */
export const marketVariables = {
  PORTOLAN_COINBASE_URL: z
    .string()
    .refine(
      (text) => text === 'off' || isWebsocketAddress(text),
      `expected a URL such as ${coinbaseExchange.websocket}, or off`,
    )
    .optional(),
  PORTOLAN_COINBASE_REST_URL: z
    .string()
    .refine(isRestAddress, `expected a URL such as ${coinbaseExchange.rest}`)
    .optional(),
  PORTOLAN_COINBASE_PRODUCTS: productList.default(simulatedMarkets.map(({ id }) => id)),
};

export function marketSettings(values: {
  readonly PORTOLAN_COINBASE_URL?: string | undefined;
  readonly PORTOLAN_COINBASE_REST_URL?: string | undefined;
  readonly PORTOLAN_COINBASE_PRODUCTS: readonly string[];
}): MarketSettings {
  const { PORTOLAN_COINBASE_URL: url, PORTOLAN_COINBASE_PRODUCTS: products } = values;
  if (url === 'off') return { kind: 'off' };
  if (url === undefined) return { kind: 'simulator', products };
  const rest = values.PORTOLAN_COINBASE_REST_URL ?? restBeside(url);
  return { kind: 'coinbase', endpoints: { websocket: url, rest }, products };
}

/** Where the history of a feed is. Never Coinbase's for a feed that is not Coinbase's: their trade ids have nothing in common. */
function restBeside(websocket: string): string {
  const { protocol, host } = new URL(websocket);
  if (host === new URL(coinbaseExchange.websocket).host) return coinbaseExchange.rest;
  return `${protocol === 'wss:' ? 'https:' : 'http:'}//${host}`;
}

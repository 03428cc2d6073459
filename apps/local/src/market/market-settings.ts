import { coinbaseExchange } from '@portolan/coinbase';
import { simulatedMarkets } from '@portolan/coinbase/simulator';
import * as z from 'zod';
import type { MarketSettings } from './market-feed.ts';

const address = (protocols: readonly string[], example: string) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), `expected a URL such as ${example}`);

const productList = z
  .string()
  .transform((text) => text.split(',').map((id) => id.trim()))
  .refine(
    (ids) => ids.every((id) => /^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/.test(id)) && new Set(ids).size === ids.length,
    'expected products by commas, such as BTC-USD,ETH-USD, each once',
  );

/** Variables that say where prices come from. */
export const marketVariables = {
  PORTOLAN_COINBASE_URL: z
    .union([z.literal('off'), address(['wss:', 'ws:'], coinbaseExchange.websocket)], {
      error: `expected a URL such as ${coinbaseExchange.websocket}, or off`,
    })
    .optional(),
  PORTOLAN_COINBASE_REST_URL: address(['https:', 'http:'], coinbaseExchange.rest).default(coinbaseExchange.rest),
  PORTOLAN_COINBASE_PRODUCTS: productList.default(simulatedMarkets.map(({ id }) => id)),
};

export function marketSettings(values: {
  readonly PORTOLAN_COINBASE_URL?: string | undefined;
  readonly PORTOLAN_COINBASE_REST_URL: string;
  readonly PORTOLAN_COINBASE_PRODUCTS: readonly string[];
}): MarketSettings {
  const { PORTOLAN_COINBASE_URL: url, PORTOLAN_COINBASE_REST_URL: rest, PORTOLAN_COINBASE_PRODUCTS: products } = values;
  if (url === 'off') return { kind: 'off' };
  if (url === undefined) return { kind: 'simulator', products };
  return { kind: 'coinbase', endpoints: { websocket: url, rest }, products };
}

import { coinbaseExchange } from '@portolan/coinbase';
import { simulatedMarkets } from '@portolan/coinbase/simulator';
import * as z from 'zod';
import type { MarketSettings } from './market-feed.ts';

/** A fragment is never sent, so whoever gives one means something else. */
function isAddress(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hash === '';
}

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
    .string()
    .refine(
      (text) => text === 'off' || isAddress(text, ['wss:', 'ws:']),
      `expected a URL such as ${coinbaseExchange.websocket}, or off`,
    )
    .optional(),
  PORTOLAN_COINBASE_REST_URL: z
    .string()
    .refine((text) => isAddress(text, ['https:', 'http:']), `expected a URL such as ${coinbaseExchange.rest}`)
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

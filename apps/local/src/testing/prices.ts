import type { CandleView, FeedView, Gap, TradeView } from '@portolan/pricing';
import { send } from './client.ts';

/** The pricing API of a platform. */
export const pricing = (url: string, path: string): string => `${url}/pricing/v1${path}`;

/** One reply of the pricing API. @throws {Error} where it is no success, with what it says. */
export async function askPricing<Body>(url: string, path: string, method = 'GET', body?: unknown): Promise<Body> {
  const answer = await send(pricing(url, path), method, body);
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  return answer.body as Body;
}

/** Every trade of a product, page by page, the oldest first. @param query - `from=…` */
export const listTrades = (url: string, product: string, query = ''): Promise<readonly TradeView[]> =>
  listPages(url, `/products/${product}/trades?limit=5000&${query}`, 'trades');

/** Every candle that a query asks for. @param query - `interval=1m&from=…` */
export const listCandles = (url: string, product: string, query: string): Promise<readonly CandleView[]> =>
  listPages(url, `/products/${product}/candles?limit=5000&${query}`, 'candles');

export const listGaps = async (url: string, product: string, query = ''): Promise<readonly Gap[]> =>
  (await askPricing<{ readonly gaps: readonly Gap[] }>(url, `/products/${product}/gaps?${query}`)).gaps;

export const listFeeds = async (url: string): Promise<readonly FeedView[]> =>
  (await askPricing<{ readonly feeds: readonly FeedView[] }>(url, '/feeds')).feeds;

/** The newest trade; `undefined` while there is none, or no such product. */
export async function latestTrade(url: string, product: string): Promise<TradeView | undefined> {
  const { status, body } = await send(pricing(url, `/products/${product}/latest`));
  return status === 200 ? (body as TradeView) : undefined;
}

async function listPages<Item>(url: string, path: string, name: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await askPricing<Record<string, unknown>>(url, `${path}${after}`);
    items.push(...(page[name] as readonly Item[]));
    cursor = page['cursor'] as string | undefined;
    if (cursor === undefined) return items;
  }
}

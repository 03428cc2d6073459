import type { LiveFrame } from '@portolan/pricing';
import type { Candle, Feed, Trade } from '../../api/answers.ts';

/** What the live socket sends, with the views of the API in it. */
export type Frame =
  | (Omit<Extract<LiveFrame, { type: 'trades' }>, 'trades'> & { readonly trades: readonly Trade[] })
  | (Omit<Extract<LiveFrame, { type: 'candle' }>, 'candle'> & { readonly candle: Candle })
  | { readonly type: 'feed'; readonly feed: Feed };

const fields: Readonly<Record<Frame['type'], string>> = { trades: 'trades', candle: 'candle', feed: 'feed' };

/** Reads a frame; `undefined` for what a later version of the service may send. */
export function frameOf(text: unknown): Frame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const frame = JSON.parse(text) as Frame | null;
    const field = fields[frame?.type as Frame['type']];
    return field !== undefined && typeof frame?.[field as 'type'] === 'object' ? frame : undefined;
  } catch {
    return undefined;
  }
}

/** Where the live socket is, on the origin that serves the console. */
export function liveUrl(page: string, products: readonly string[]): string {
  const url = new URL('/pricing/v1/live', page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  // Commas stand for themselves: the address stays readable.
  url.search = `?products=${products.map(encodeURIComponent).join(',')}`;
  return url.href;
}

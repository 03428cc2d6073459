import { PortError } from '@portolan/kernel';
import type { ComparedCandle } from '../compare/compare-candles.ts';
import { withRetries, type Retries } from '../import/retries.ts';
import { candlesOf } from './answers.ts';
import { newExchange, type HttpOptions } from './exchange.ts';

/** Candles of a product, oldest first, those without trades left out. */
export type CandlesReader = (query: {
  readonly product: string;
  /** One that the API has: `1m`. */
  readonly interval: string;
  /** ISO 8601; included. */
  readonly from: string;
  /** Not included. */
  readonly to: string;
}) => AsyncIterable<ComparedCandle>;

export interface HttpCandlesOptions extends HttpOptions, Retries {
  /** Candles of a page, 1 to 5,000. @default 5,000 */
  readonly pageSize?: number | undefined;
}

/**
 * Reads candles over the pricing API, page by page as they are consumed. Reading changes nothing, so that it is repeated
 * where it may help.
 *
 * @throws {PortError} as {@link newExchange} says; `corrupted` for an answer of another shape.
 */
export function httpCandles(url: string, options: HttpCandlesOptions = {}): CandlesReader {
  const { pageSize = 5_000 } = options;
  const exchange = newExchange(url, options);
  return async function* ({ product, interval, from, to }) {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ from, to, interval, fill: 'omit', limit: String(pageSize) });
      if (cursor !== undefined) query.set('cursor', cursor);
      const path = `/products/${encodeURIComponent(product)}/candles?${query}`;
      const page = candlesOf(await withRetries(() => exchange({ method: 'GET', path }), options));
      yield* page.candles;
      if (page.cursor !== undefined && page.cursor === cursor)
        throw new PortError('corrupted', 'the service gives the same page again and again');
      cursor = page.cursor;
    } while (cursor !== undefined);
  };
}

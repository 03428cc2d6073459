import type { Gap, TradeIntake, TradeResult } from '@portolan/pricing';
import { newExchange, type HttpOptions } from './exchange.ts';
import { gapsOf, resultsOf } from './answers.ts';

/**
 * The pricing domain's intake over its HTTP API. Every call may be repeated; none is repeated here, as callers know better
 * how long to go on.
 *
 * @param url - Of the service: `http://127.0.0.1:4400`.
 * @throws {PortError} as {@link newExchange} says; `corrupted` for an answer of another shape.
 */
export function httpIntake(url: string, options: HttpOptions = {}): TradeIntake {
  const exchange = newExchange(url, options);
  const productPath = (id: string): string => `/products/${encodeURIComponent(id)}`;
  return {
    async addProduct({ id, priceIncrement, sizeIncrement }) {
      await exchange({ method: 'PUT', path: productPath(id), body: { priceIncrement, sizeIncrement } });
    },
    async accept(trades): Promise<readonly TradeResult[]> {
      return resultsOf(await exchange({ method: 'POST', path: '/trades', body: { trades } }), trades.length);
    },
    async report(source, feed) {
      await exchange({ method: 'PUT', path: `/feeds/${encodeURIComponent(source)}`, body: feed });
    },
    async gaps(product, source): Promise<readonly Gap[]> {
      const query = new URLSearchParams({ order: 'newest', ...(source === undefined ? {} : { source }) });
      return gapsOf(await exchange({ method: 'GET', path: `${productPath(product)}/gaps?${query}` }));
    },
  };
}

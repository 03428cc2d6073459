import { PortError } from '@portolan/kernel';
import type { Gap, TradeIntake, TradeResult } from '@portolan/pricing';
import { newExchange, type HttpOptions } from './exchange.ts';
import { finest } from './finest.ts';
import { gapsOf, incrementsOf, resultsOf, type ProductIncrements } from './answers.ts';

/** Attempts to agree on increments while others refine them too. */
const maxRefinements = 5;

/**
 * The pricing domain's intake over its HTTP API. Every call may be repeated; none is repeated here, as callers know better
 * how long to go on.
 *
 * `addProduct` makes sure of increments at least as fine as those asked for: a product that has finer ones keeps them, and
 * one whose increments do not go together with those asked for gets the power of ten that covers both.
 *
 * @param url - Of the service: `http://127.0.0.1:4400`.
 * @throws {PortError} as {@link newExchange} says; `corrupted` for an answer of another shape.
 */
export function httpIntake(url: string, options: HttpOptions = {}): TradeIntake {
  const exchange = newExchange(url, options);
  const productPath = (id: string): string => `/products/${encodeURIComponent(id)}`;
  const put = async (id: string, body: ProductIncrements): Promise<'done' | 'conflict'> => {
    try {
      await exchange({ method: 'PUT', path: productPath(id), body });
      return 'done';
    } catch (error) {
      if (error instanceof PortError && error.code === 'conflict') return 'conflict';
      throw error;
    }
  };
  return {
    async addProduct({ id, priceIncrement, sizeIncrement }) {
      let wanted = { priceIncrement, sizeIncrement };
      for (let attempt = 1; attempt <= maxRefinements; attempt++) {
        if ((await put(id, wanted)) === 'done') return;
        const present = incrementsOf(await exchange({ method: 'GET', path: productPath(id) }));
        wanted = {
          priceIncrement: finest(present.priceIncrement, priceIncrement),
          sizeIncrement: finest(present.sizeIncrement, sizeIncrement),
        };
        if (wanted.priceIncrement === present.priceIncrement && wanted.sizeIncrement === present.sizeIncrement) return;
      }
      throw new PortError('conflict', `the increments of ${id} kept changing`);
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

import type { TradeIntake } from '@portolan/pricing';
import type { Retries } from '../import/retries.ts';
import { newExchange, type HttpOptions } from './exchange.ts';
import { httpCandles, type CandlesReader } from './http-candles.ts';
import { httpIntake } from './http-intake.ts';

/** A pricing service, for an import. */
export interface PricingService {
  readonly intake: TradeIntake;
  readonly candles: CandlesReader;
  /**
   * Has the product's closed intervals written to the archive now, rather than within a minute. Idempotent.
   *
   * @throws {PortError} as the intake does.
   */
  readonly archive: (product: string) => Promise<void>;
}

/**
 * The pricing service at a base URL: `http://127.0.0.1:4400`.
 *
 * @param options - Retries are those of reading candles: whoever hands something in repeats it.
 * @throws {PortError} `invalid` for what is no such URL.
 */
export function httpPricing(url: string, options: HttpOptions & Retries = {}): PricingService {
  const exchange = newExchange(url, options);
  return {
    intake: httpIntake(url, options),
    candles: httpCandles(url, options),
    async archive(product) {
      await exchange({ method: 'POST', path: `/products/${encodeURIComponent(product)}/archive` });
    },
  };
}

import type { ReportedTrade, TradeIntake } from '@portolan/pricing';
import { formatDecimal, placesOf } from '@portolan/pricing/decimal';
import type { BinanceFile } from '../file/binance-file.ts';
import { tradesOf } from '../trades/trades-of.ts';
import { withRetries, type Retries } from './retries.ts';

/** A product's increments, as decimals: "0.01". */
export interface Increments {
  readonly price: string;
  readonly size: string;
}

/** Places after the point that prices and sizes need. */
export interface Places {
  readonly price: number;
  readonly size: number;
}

/** Makes products known before trades of them are handed in. */
export interface ProductRegister {
  /** Adds the product, or refines its increments, where these trades need it. */
  cover(product: string, needed: Places): Promise<void>;
}

const finer = (a: Places, b: Places): Places => ({ price: Math.max(a.price, b.price), size: Math.max(a.size, b.size) });

/** The places that the trades need; all their decimals are plain ones. */
export function placesOfAll(trades: readonly ReportedTrade[]): Places {
  let price = 0;
  let size = 0;
  for (const trade of trades) {
    price = Math.max(price, placesOf(trade.price)!);
    size = Math.max(size, placesOf(trade.size)!);
  }
  return { price, size };
}

/**
 * The places that the first rows of a file need, so that a product seldom has to be refined on the way.
 *
 * @returns `undefined` where none of these rows is a trade.
 */
export async function placesAtHead(file: BinanceFile, product: string, rows: number): Promise<Places | undefined> {
  let places: Places = { price: 0, size: 0 };
  let seen = 0;
  for await (const { trades, malformed } of tradesOf(file, { product })) {
    places = finer(places, placesOfAll(trades));
    seen += trades.length;
    if (seen + malformed.length >= rows) break;
  }
  return seen === 0 ? undefined : places;
}

/**
 * Adds products with the increments that were given, whatever trades need, or else with those that the trades need: powers of
 * ten, refined whenever trades need finer ones. Trades that do not fit those given are rejected, each with the reason.
 */
export function newProductRegister(
  intake: TradeIntake,
  given: Increments | undefined,
  retries: Retries,
): ProductRegister {
  const known = new Map<string, Places>();
  return {
    async cover(product, needed) {
      const before = known.get(product);
      const places = before === undefined ? needed : finer(before, needed);
      if (
        before !== undefined &&
        (given !== undefined || (places.price === before.price && places.size === before.size))
      )
        return;
      const increments = given ?? { price: formatDecimal(1, places.price), size: formatDecimal(1, places.size) };
      const wanted = { id: product, priceIncrement: increments.price, sizeIncrement: increments.size };
      await withRetries(() => intake.addProduct(wanted), retries);
      known.set(product, places);
    },
  };
}

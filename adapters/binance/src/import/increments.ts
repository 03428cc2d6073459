import { PortError } from '@portolan/kernel';
import type { ReportedTrade, TradeIntake } from '@portolan/pricing';
import type { BinanceFile } from '../file/binance-file.ts';
import { incrementOf, placesOf } from '../trades/decimal.ts';
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
    price = Math.max(price, placesOf(trade.price));
    size = Math.max(size, placesOf(trade.size));
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
 * Adds products with the increments that were given, or else with those that the trades need: powers of ten, refined
 * whenever trades need finer ones.
 *
 * A product that is known already with increments that these are no refinement of is left as it is. Trades that do not fit
 * are then rejected, each with the reason.
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
      const { price, size } = given ?? { price: incrementOf(places.price), size: incrementOf(places.size) };
      await withRetries(() => add(intake, product, price, size), retries);
      known.set(product, places);
    },
  };
}

async function add(intake: TradeIntake, id: string, priceIncrement: string, sizeIncrement: string): Promise<void> {
  try {
    await intake.addProduct({ id, priceIncrement, sizeIncrement });
  } catch (error) {
    if (!(error instanceof PortError && error.code === 'conflict')) throw error;
  }
}

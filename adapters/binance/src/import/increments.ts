import { PortError } from '@portolan/kernel';
import type { TradeIntake } from '@portolan/pricing';
import { formatDecimal } from '@portolan/pricing/decimal';
import type { BinanceFile } from '../file/binance-file.ts';
import { tradesOf } from '../trades/trades-of.ts';
import { NeededPlaces, type Places } from './places.ts';
import { withRetries, type Retries } from './retries.ts';

/** A product's increments, as decimals: "0.01". */
export interface Increments {
  readonly price: string;
  readonly size: string;
}

/** Makes products known before trades of them are handed in. */
export interface ProductRegister {
  /**
   * Adds the product, or refines its increments, where trades need it.
   *
   * @throws {PortError} the intake's, where it takes no product of that id, and where it fails for good.
   */
  cover(product: string, needed: NeededPlaces): Promise<void>;
}

/**
 * What the first rows of a file need, so that a product seldom has to be refined on the way.
 *
 * @returns `undefined` where none of these rows is a trade.
 */
export async function neededAtHead(
  file: BinanceFile,
  product: string,
  rows: number,
): Promise<NeededPlaces | undefined> {
  const needed = new NeededPlaces();
  let seen = 0;
  for await (const { trades, malformed } of tradesOf(file, { product })) {
    needed.addAll(trades);
    seen += trades.length;
    if (seen + malformed.length >= rows) break;
  }
  return seen === 0 ? undefined : needed;
}

/** What is known of a product: the places that it has, and of each the fewest that were refused. */
interface Known {
  readonly added: boolean;
  readonly places: Places;
  readonly below: Places;
}

const coarsest: Places = { price: 0, size: 0 };
const unknown: Known = { added: false, places: coarsest, below: { price: Infinity, size: Infinity } };
const isSame = (a: Places, b: Places): boolean => a.price === b.price && a.size === b.size;

/**
 * Adds products with the increments that were given, whatever trades need, or else with those that most trades need: powers of
 * ten, refined whenever later ones need finer ones, as far as the intake agrees. Trades that do not fit are rejected, each with
 * the reason.
 */
export function newProductRegister(
  intake: TradeIntake,
  given: Increments | undefined,
  retries: Retries,
): ProductRegister {
  const products = new Map<string, Known>();
  const add = (id: string, { price, size }: Increments): Promise<void> =>
    withRetries(() => intake.addProduct({ id, priceIncrement: price, sizeIncrement: size }), retries);
  const mayHave = async (id: string, places: Places): Promise<boolean> => {
    try {
      await add(id, { price: formatDecimal(1, places.price), size: formatDecimal(1, places.size) });
      return true;
    } catch (error) {
      if (error instanceof PortError && error.code === 'invalid' && !isSame(places, coarsest)) return false;
      throw error;
    }
  };
  return {
    async cover(product, needed) {
      for (;;) {
        const known = products.get(product) ?? unknown;
        const { added, places, below } = known;
        if (given !== undefined) {
          if (!added) await add(product, given);
          products.set(product, { ...known, added: true });
          return;
        }
        const best = needed.best(places, below);
        if (added && isSame(best, places)) return;
        if (await mayHave(product, best)) {
          products.set(product, { added: true, places: best, below });
          return;
        }
        // Nobody says which of them is too fine: where it is not the price, the size is.
        const priceAlone = { ...places, price: best.price };
        const isPrice =
          best.price > places.price && (best.size === places.size || !(await mayHave(product, priceAlone)));
        const fewer = isPrice ? { ...below, price: best.price } : { ...below, size: best.size };
        products.set(product, { ...known, below: fewer });
      }
    },
  };
}

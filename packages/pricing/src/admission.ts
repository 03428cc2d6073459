import { formatDecimal, parseDecimal } from './decimal.ts';
import type { StoredProduct } from './ports.ts';
import { scaleOf, type Increments, type Scale } from './product.ts';

/** Sources that the trades of one product may come from at a time: every candle is judged by each of them. */
export const maxSources = 32;

/** What trades of a product bring that its row has to know before they are stored. */
export interface Load {
  readonly scale: Scale;
  readonly sources: Set<string>;
  /** The largest of them, in units. */
  price: number;
  size: number;
}

export interface Admission {
  /** The row as it has to be; the same where it knows all of this. `undefined` where increments became too fine for it. */
  readonly product: StoredProduct | undefined;
  /** Sources that are too many. */
  readonly refused: readonly string[];
}

export function admissionOf(product: StoredProduct, { scale, sources, price, size }: Load): Admission {
  const { sources: known = [], largest } = product;
  const { priceDecimals, sizeDecimals } = scaleOf(product);
  const fresh = [...sources].filter((source) => !known.includes(source));
  const admitted = fresh.slice(0, maxSources - known.length);
  const refused = fresh.slice(admitted.length);
  const [wantedPrice, wantedSize] = [
    formatDecimal(price, scale.priceDecimals),
    formatDecimal(size, scale.sizeDecimals),
  ];
  const units = [parseDecimal(wantedPrice, priceDecimals), parseDecimal(wantedSize, sizeDecimals)] as const;
  if (units[0] === undefined || units[1] === undefined) return { product: undefined, refused };
  const higher = largest === undefined || units[0] > parseDecimal(largest.price, priceDecimals)!;
  const larger = largest === undefined || units[1] > parseDecimal(largest.size, sizeDecimals)!;
  if (admitted.length === 0 && !higher && !larger) return { product, refused };
  const grown = { price: higher ? wantedPrice : largest.price, size: larger ? wantedSize : largest.size };
  return { product: { ...product, sources: [...known, ...admitted], largest: grown }, refused };
}

/** Whether the largest price and size of a product are safe numbers of these increments. */
export function fits({ largest }: StoredProduct, wanted: Increments): boolean {
  if (largest === undefined) return true;
  const { priceDecimals, sizeDecimals } = scaleOf(wanted);
  return (
    parseDecimal(largest.price, priceDecimals) !== undefined && parseDecimal(largest.size, sizeDecimals) !== undefined
  );
}

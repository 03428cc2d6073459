import * as z from 'zod';
import { bigPower, formatDecimal, maxDecimals, parseDecimal, placesOf } from './decimal.ts';

/** How finely a product's prices and sizes are stated: every price is a multiple of `priceStep` units. */
export interface Scale {
  /** A unit of price is 10^-priceDecimals. 0 to 18. */
  readonly priceDecimals: number;
  /** In units of price; a safe integer above 0. */
  readonly priceStep: number;
  /** A unit of size is 10^-sizeDecimals. 0 to 18. */
  readonly sizeDecimals: number;
  /** In units of size; a safe integer above 0. */
  readonly sizeStep: number;
}

const increment = z
  .string()
  .max(40)
  .refine((text) => decimalsAndStep(text) !== undefined, {
    error: `must be a plain decimal above 0 with at most ${maxDecimals} decimals, such as "0.01"`,
  });

export const productId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
    'must be 1 to 40 of A-Z, a-z, 0-9, ".", "_" and "-", and start with a letter or digit',
  );

export const productSchema = z.strictObject({
  id: productId,
  /** Every price is a multiple of it. */
  priceIncrement: increment,
  /** Every size is a multiple of it. */
  sizeIncrement: increment,
});

export type Product = z.infer<typeof productSchema>;

/** The product with its increments in the shortest form: "0.010" becomes "0.01". */
export function canonicalProduct(product: Product): Product {
  const scale = scaleOf(product);
  return {
    id: product.id,
    priceIncrement: formatDecimal(scale.priceStep, scale.priceDecimals),
    sizeIncrement: formatDecimal(scale.sizeStep, scale.sizeDecimals),
  };
}

export type Increments = Pick<Product, 'priceIncrement' | 'sizeIncrement'>;

/** @throws {RangeError} where an increment is not one that {@link productSchema} takes. */
export function scaleOf(product: Increments): Scale {
  const price = decimalsAndStep(product.priceIncrement);
  const size = decimalsAndStep(product.sizeIncrement);
  if (price === undefined) throw new RangeError(`not a price increment: ${product.priceIncrement}`);
  if (size === undefined) throw new RangeError(`not a size increment: ${product.sizeIncrement}`);
  return { priceDecimals: price.decimals, priceStep: price.step, sizeDecimals: size.decimals, sizeStep: size.step };
}

function decimalsAndStep(text: string): { readonly decimals: number; readonly step: number } | undefined {
  const decimals = placesOf(text);
  if (decimals === undefined || decimals > maxDecimals) return undefined;
  const step = parseDecimal(text, decimals);
  return step === undefined || step === 0 ? undefined : { decimals, step };
}

/**
 * The coarsest increments that both are multiples of, in the shortest form: every price and size that fits either fits them.
 * Finer ones stay as they are beside coarser ones; 0.25 beside 0.1 is 0.05. What fitted into 2^53-1 units before need not fit
 * after: such values cannot be read any more.
 *
 * @throws {RangeError} as {@link scaleOf} does.
 */
export function commonIncrements(some: Increments, others: Increments): Increments {
  const [a, b] = [scaleOf(some), scaleOf(others)];
  return {
    priceIncrement: commonDivisor(a.priceStep, a.priceDecimals, b.priceStep, b.priceDecimals),
    sizeIncrement: commonDivisor(a.sizeStep, a.sizeDecimals, b.sizeStep, b.sizeDecimals),
  };
}

function commonDivisor(step: number, stepDecimals: number, other: number, otherDecimals: number): string {
  const decimals = Math.max(stepDecimals, otherDecimals);
  let divisor = BigInt(step) * bigPower(decimals - stepDecimals);
  let rest = BigInt(other) * bigPower(decimals - otherDecimals);
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return formatDecimal(divisor, decimals);
}

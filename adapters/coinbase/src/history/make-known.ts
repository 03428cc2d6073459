import type { TradeIntake } from '@portolan/pricing';
import type { ExchangeRest } from './exchange-rest.ts';

/**
 * Looks up the increments of products and makes the intake know them; each once.
 *
 * @param known - Those that need no more of it; added to.
 * @returns Those that the exchange does not trade, with a sentence each.
 * @throws {PortError} where the exchange or the intake does not answer; what was made known stays so.
 */
export async function makeKnown(
  products: readonly string[],
  known: Set<string>,
  rest: ExchangeRest,
  intake: TradeIntake,
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  for (const id of products.filter((product) => !known.has(product))) {
    const product = await rest.product(id);
    if (product === undefined) refused.set(id, `the exchange does not know ${id}`);
    else if (product.status === 'delisted') refused.set(id, `the exchange has delisted ${id}`);
    else {
      await intake.addProduct({ id, priceIncrement: product.quote_increment, sizeIncrement: product.base_increment });
      known.add(id);
    }
  }
  return refused;
}

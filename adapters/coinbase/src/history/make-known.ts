import { PortError } from '@portolan/kernel';
import type { TradeIntake } from '@portolan/pricing';
import type { ExchangeRest } from './exchange-rest.ts';

/**
 * Looks up the increments of products and makes the intake know them; each once.
 *
 * @param known - Those that need no more of it; added to.
 * @returns Those that the exchange does not trade or the intake does not take, with a sentence each.
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
      const { quote_increment: priceIncrement, base_increment: sizeIncrement } = product;
      const reason = await refusalOf(intake.addProduct({ id, priceIncrement, sizeIncrement }));
      if (reason === undefined) known.add(id);
      else refused.set(id, `the intake does not take ${id}: ${reason}`);
    }
  }
  return refused;
}

/** Why a product is not taken. Whatever else goes wrong concerns all of them, and is tried again. */
async function refusalOf(adding: Promise<void>): Promise<string | undefined> {
  try {
    await adding;
    return undefined;
  } catch (error) {
    if (!(error instanceof PortError && error.code === 'invalid')) throw error;
    return error.message;
  }
}

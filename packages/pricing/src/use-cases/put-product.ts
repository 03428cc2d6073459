import type { Context, Granted } from '@portolan/kernel';
import { fits } from '../admission.ts';
import type { products, StoredProduct } from '../ports.ts';
import { canonicalProduct, commonIncrements, type Increments, type Product } from '../product.ts';

type Ports = Granted<{ products: typeof products.readWrite }>;

export type PutProduct =
  | { readonly kind: 'created' | 'kept' | 'refined'; readonly product: StoredProduct }
  /** These increments are so fine that a price or size that was traded is no safe number of them: the product keeps its own. */
  | { readonly kind: 'too-fine'; readonly increments: Increments };

/**
 * Makes a product known, with increments at least as fine as asked: finer ones are kept, and coarser ones become the coarsest
 * that both they and those asked for are multiples of. So what is stored of it stays a multiple of them, and whoever asks
 * for it in whatever order, each can state its prices.
 */
export async function putProduct(asked: Product, ports: Ports, { clock }: Context): Promise<PutProduct> {
  const wanted = canonicalProduct(asked);
  return ports.products.update<PutProduct>({ list: 'all', id: wanted.id }, (current) => {
    if (current === undefined) {
      const product = { list: 'all', ...wanted, createdAt: clock.now() };
      return { write: product, result: { kind: 'created', product } };
    }
    const before = current.item;
    const increments = commonIncrements(before, wanted);
    if (increments.priceIncrement === before.priceIncrement && increments.sizeIncrement === before.sizeIncrement)
      return { result: { kind: 'kept', product: before } };
    if (!fits(before, increments)) return { result: { kind: 'too-fine', increments } };
    const product = { ...before, ...increments };
    return { write: product, result: { kind: 'refined', product } };
  });
}

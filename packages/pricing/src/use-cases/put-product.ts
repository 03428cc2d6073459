import type { Context, Granted } from '@portolan/kernel';
import { fits } from '../admission.ts';
import type { products, StoredProduct } from '../ports.ts';
import { canonicalProduct, refines, type Product } from '../product.ts';

type Ports = Granted<{ products: typeof products.readWrite }>;

export type PutProduct =
  | { readonly kind: 'created' | 'kept' | 'refined'; readonly product: StoredProduct }
  /** It would make increments coarser, or so fine that a price or size that was traded is no safe number of them. */
  | { readonly kind: 'coarser' | 'too-fine'; readonly product: StoredProduct };

/** Makes a product known, or its increments finer: what is stored of it stays a multiple of them. */
export async function putProduct(asked: Product, ports: Ports, { clock }: Context): Promise<PutProduct> {
  const wanted = canonicalProduct(asked);
  return ports.products.update<PutProduct>({ list: 'all', id: wanted.id }, (current) => {
    if (current === undefined) {
      const product = { list: 'all', ...wanted, createdAt: clock.now() };
      return { write: product, result: { kind: 'created', product } };
    }
    const before = current.item;
    if (before.priceIncrement === wanted.priceIncrement && before.sizeIncrement === wanted.sizeIncrement)
      return { result: { kind: 'kept', product: before } };
    if (!refines(before, wanted)) return { result: { kind: 'coarser', product: before } };
    if (!fits(before, wanted)) return { result: { kind: 'too-fine', product: before } };
    const product = { ...before, ...wanted };
    return { write: product, result: { kind: 'refined', product } };
  });
}

import type { Context, Granted } from '@portolan/kernel';
import { products } from '../ports.ts';
import { canonicalProduct, refines, type Product } from '../product.ts';
import type { StoredProduct } from '../ports.ts';

type Ports = Granted<{ products: typeof products.readWrite }>;

export type PutProduct =
  | { readonly kind: 'created' | 'kept' | 'refined'; readonly product: StoredProduct }
  | { readonly kind: 'coarser'; readonly product: StoredProduct };

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
    const product = { ...before, ...wanted };
    return { write: product, result: { kind: 'refined', product } };
  });
}

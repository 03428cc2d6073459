import type { Context, Granted } from '@portolan/kernel';
import { History } from '../archive/history.ts';
import { sumOver } from '../archive/walk.ts';
import { type archive, type marks, type products, type summaries, type tickers, type trades } from '../ports.ts';
import { canonicalProduct, refines, scaleOf, type Product } from '../product.ts';
import type { StoredProduct } from '../ports.ts';

type Ports = Granted<{
  products: typeof products.readWrite;
  tickers: typeof tickers.read;
  trades: typeof trades.read;
  summaries: typeof summaries.read;
  marks: typeof marks.read;
  archive: typeof archive.read;
}>;

export type PutProduct =
  | { readonly kind: 'created' | 'kept' | 'refined'; readonly product: StoredProduct }
  /** It would make increments coarser, or so fine that what was traded is no safe number of them. */
  | { readonly kind: 'coarser' | 'too-fine'; readonly product: StoredProduct };

/** Makes a product known, or its increments finer: what is stored of it stays a multiple of them. */
export async function putProduct(asked: Product, ports: Ports, { clock }: Context): Promise<PutProduct> {
  const wanted = canonicalProduct(asked);
  const known = (await ports.products.get({ list: 'all', id: wanted.id }))?.item;
  if (known !== undefined && refines(known, wanted) && !(await staysSafe(known, wanted, ports)))
    return { kind: 'too-fine', product: known };
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

/** Whether every price and size that was taken on is a safe number of the finer units. Of sizes their sum is known, which bounds each. */
async function staysSafe(before: StoredProduct, wanted: Product, ports: Ports): Promise<boolean> {
  const [from, to] = [scaleOf(before), scaleOf(wanted)];
  if (from.priceDecimals === to.priceDecimals && from.sizeDecimals === to.sizeDecimals) return true;
  const ticker = (await ports.tickers.get({ product: before.id }))?.item;
  if (ticker?.earliest === undefined || ticker.latest === undefined) return true;
  const span = { from: ticker.earliest, to: ticker.latest.time + 1 };
  const sum = await sumOver(new History(before.id, from, ports), span);
  if (sum === undefined) return true;
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  return (
    BigInt(sum.high) * 10n ** BigInt(to.priceDecimals - from.priceDecimals) <= largest &&
    (from.sizeDecimals === to.sizeDecimals ||
      BigInt(sum.volume) * 10n ** BigInt(to.sizeDecimals - from.sizeDecimals) <= largest)
  );
}

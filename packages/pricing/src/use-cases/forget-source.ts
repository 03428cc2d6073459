import type { Granted } from '@portolan/kernel';
import type { products, StoredProduct, tickers } from '../ports.ts';

type Ports = Granted<{ products: typeof products.readWrite; tickers: typeof tickers.readWrite }>;

/**
 * Has a product forget a source, which makes room for another. Its trades stay, and keep their ids: whatever it sends later
 * is judged by them, and makes it a source again.
 *
 * @returns The product without it; `undefined` where it is not known.
 */
export async function forgetSource(id: string, source: string, ports: Ports): Promise<StoredProduct | undefined> {
  const product = await ports.products.update({ list: 'all', id }, (current) => {
    const { sources = [] } = current?.item ?? {};
    if (current === undefined || !sources.includes(source)) return { result: current?.item };
    const without = { ...current.item, sources: sources.filter((one) => one !== source) };
    return { write: without, result: without };
  });
  // Also where the row knows it no more: whoever forgot it may have ended here.
  await ports.tickers.update({ product: id }, (current) => {
    if (current?.item.sources[source] === undefined) return { result: undefined };
    const { [source]: _forgotten, ...sources } = current.item.sources;
    return { write: { ...current.item, sources }, result: undefined };
  });
  return product;
}

import { PortError, sideBySide, type Granted } from '@portolan/kernel';
import { admissionOf, maxSources, type Load } from '../admission.ts';
import type { Rejected } from '../intake.ts';
import type { products, StoredProduct } from '../ports.ts';
import type { Scale } from '../product.ts';
import type { Trade } from '../trade.ts';

type Products = Granted<{ products: typeof products.readWrite }>['products'];

/** A trade that is to be taken on. */
interface Newcomer {
  readonly product: string;
  readonly scale: Scale;
  readonly trade: Trade;
}

/**
 * Has the rows of products know the sources of trades and the largest price and size, before any of them is stored. Rows
 * are written where they do not know them yet, which gets rare soon.
 *
 * @param rows - Of all products that are named, as they were read.
 * @returns The trades whose source is one too many.
 * @throws {PortError} `conflict` where increments became too fine for a trade since rows were read.
 */
export async function admitTrades<N extends Newcomer>(
  newcomers: readonly N[],
  rows: ReadonlyMap<string, StoredProduct>,
  products: Products,
): Promise<ReadonlyMap<N, Rejected>> {
  const refused = new Map<N, Rejected>();
  await sideBySide([...loadsOf(newcomers)], 8, async ([id, load]) => {
    const sources = await admit(rows.get(id)!, load, products);
    if (sources.length === 0) return;
    for (const one of newcomers)
      if (one.product === id && sources.includes(one.trade.source)) refused.set(one, surplus(one));
  });
  return refused;
}

/** By product. */
function loadsOf(newcomers: readonly Newcomer[]): ReadonlyMap<string, Load> {
  const loads = new Map<string, Load>();
  let last = '';
  let load: Load | undefined;
  for (const { product, scale, trade } of newcomers) {
    if (load === undefined || product !== last) {
      load = loads.get(product);
      if (load === undefined) loads.set(product, (load = { scale, sources: new Set(), price: 0, size: 0 }));
      last = product;
    }
    load.sources.add(trade.source);
    if (trade.price > load.price) load.price = trade.price;
    if (trade.size > load.size) load.size = trade.size;
  }
  return loads;
}

/** @returns The sources that are refused. */
async function admit(row: StoredProduct, load: Load, products: Products): Promise<readonly string[]> {
  const first = admissionOf(row, load);
  if (first.product === row) return first.refused;
  const { list, id } = row;
  const { product, refused } = await products.update({ list, id }, (current) => {
    const before = current?.item ?? row;
    const result = admissionOf(before, load);
    return result.product === undefined || result.product === before ? { result } : { write: result.product, result };
  });
  if (product === undefined) throw new PortError('conflict', `product ${id} became finer meanwhile; ask again`);
  return refused;
}

const surplus = ({ product, trade }: Newcomer): Rejected => ({
  status: 'rejected',
  field: 'source',
  reason: `source is "${trade.source}"; expected one of the ${maxSources} sources that ${product} has, the most there may be; forget one that sends no more`,
});

import { chunks, hours, minutes, pagesOf, reasonOf, type Context, type Granted } from '@portolan/kernel';
import { intervalOf } from '../archive/interval-name.ts';
import { archive, marks, products, retirements, trades, type StoredProduct } from '../ports.ts';
import { scaleOf } from '../product.ts';
import type { PricingSettings } from '../settings.ts';
import { archivedKeys } from './archived-keys.ts';

export const retireGrants = {
  products: products.read,
  trades: trades.readWrite,
  marks: marks.read,
  retirements: retirements.readWrite,
  archive: archive.read,
};
type Ports = Granted<typeof retireGrants>;

/** Rows go this much later than retention says: whoever accepts trades looks into the archive from retention on. */
const marginMs = hours(1);
/** One call takes no longer than this; the next goes on. */
const callMs = minutes(4);

/**
 * Takes trades out of the table whose retention has passed, each only where the archive's object is seen to hold it. A
 * minute that still has a mark is left alone: its object is to be written.
 */
export async function retireTrades(ports: Ports, context: Context, settings: PricingSettings): Promise<void> {
  const now = context.clock.now();
  const before = (now - settings.retentionMs - marginMs) * 1_000;
  const until = Math.min(context.deadline.at, now + callMs);
  for await (const product of allProducts(ports)) {
    for await (const interval of dueOf(product.id, before, ports)) {
      if (context.clock.now() > until) return;
      try {
        await retireMinute(product, interval, ports);
      } catch (error) {
        const failed = { product: product.id, minute: interval, reason: reasonOf(error) };
        context.log.error('a minute was not retired', failed);
      }
    }
  }
}

/** Minutes whose retention has passed, the oldest first. @param before - Microseconds. */
async function* dueOf(
  product: string,
  before: number,
  { retirements }: Pick<Ports, 'retirements'>,
): AsyncGenerator<string> {
  const range = { partition: product, limit: 1_000 } as const;
  for await (const items of pagesOf((from) => retirements.query({ ...range, ...from }))) {
    for (const { item } of items) {
      if (intervalOf(item.interval).end > before) return;
      yield item.interval;
    }
  }
}

async function* allProducts({ products }: Pick<Ports, 'products'>): AsyncGenerator<StoredProduct> {
  for await (const items of pagesOf((from) => products.query({ partition: 'all', ...from })))
    for (const { item } of items) yield item;
}

async function retireMinute(product: StoredProduct, interval: string, ports: Ports): Promise<void> {
  const noted = await ports.retirements.get({ product: product.id, interval });
  const marked = await ports.marks.get({ product: product.id, interval });
  if (noted === undefined || marked !== undefined) return;
  const held = await archivedKeys(ports.archive, product.id, interval, scaleOf(product));
  const partition = `${product.id}/${interval}`;
  for await (const items of pagesOf((from) => ports.trades.query({ partition, limit: 1_000, ...from }))) {
    const proven = items.filter(({ item }) => held.has(item.id));
    for (const some of chunks(proven, 1_000)) {
      const removed = await ports.trades.writeMany(
        some.map(({ item, version }) => ({ delete: { minute: item.minute, id: item.id }, condition: { version } })),
      );
      const failed = removed.find((one) => one.kind === 'failed');
      if (failed !== undefined) throw failed.error;
    }
    // A row that the object lacks came without its mark being seen: the minute stays as it is.
    if (proven.length < items.length) return;
  }
  await ports.retirements.delete({ product: product.id, interval }, { condition: { version: noted.version } });
}

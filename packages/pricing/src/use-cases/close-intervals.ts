import { firstOf, pagesOf, type Context, type Granted, type Tick } from '@portolan/kernel';
import { intervalOf } from '../archive/interval-name.ts';
import { archiveLevels } from '../interval.ts';
import { marks, products, rebuilds, tickers } from '../ports.ts';
import type { PricingSettings } from '../settings.ts';
import { newTicker } from '../ticker.ts';
import { watermarkOf } from '../watermark.ts';

export const closeGrants = {
  products: products.read,
  tickers: tickers.read,
  marks: marks.read,
  rebuilds: rebuilds.send,
};
type Ports = Granted<typeof closeGrants>;

/** Has every product archived that has an interval to write which the watermark has passed. */
export const closeIntervals =
  (settings: PricingSettings) =>
  async (_tick: Tick, ports: Ports, { clock }: Context): Promise<void> => {
    for await (const items of pagesOf((from) => ports.products.query({ partition: 'all', limit: 500, ...from }))) {
      const ids = items.map(({ item }) => item.id);
      const known = await ports.tickers.getMany(ids.map((product) => ({ product })));
      const due: string[] = [];
      for (const [index, product] of ids.entries()) {
        const watermark = watermarkOf(known[index]?.item ?? newTicker(product), clock.now(), settings);
        if (await hasDue(product, watermark, ports)) due.push(product);
      }
      const sent = await ports.rebuilds.sendBatch(due.map((product) => ({ message: { product } })));
      const failed = sent.find((one) => one.kind === 'failed');
      if (failed !== undefined) throw failed.error;
    }
  };

/**
 * Whether any marked interval has ended. Names are in order of where intervals begin: one that has not ended and comes before
 * one that has lies around it, so that none is behind as many as there are levels.
 */
async function hasDue(product: string, watermark: number, ports: Ports): Promise<boolean> {
  const limit = archiveLevels.length;
  const first = await firstOf(limit, (from) => ports.marks.query({ partition: product, limit, ...from }));
  return first.some(({ item }) => intervalOf(item.interval).end <= watermark);
}

import type { Context, Granted } from '@portolan/kernel';
import type { FeedReport } from '../intake.ts';
import { type feeds, type live, type tickers, type StoredFeed } from '../ports.ts';
import { newTicker } from '../ticker.ts';
import { parseTime } from '../time.ts';
import { viewFeed } from '../view.ts';
import { announceFeed } from './announce-trades.ts';

type Ports = Granted<{ feeds: typeof feeds.readWrite; tickers: typeof tickers.write; live: typeof live.push }>;

/** Keeps what a feed says of itself. Its marks count as heard of: a product that nobody trades has its intervals closed. */
export async function putFeed(
  source: string,
  report: Omit<FeedReport, 'detail'> & { readonly detail?: string | undefined },
  ports: Ports,
  context: Context,
): Promise<StoredFeed> {
  const now = context.clock.now();
  const { state, endpoint, simulated, products, detail, marks } = report;
  const { feed, changed } = await ports.feeds.update({ list: 'all', source }, (current) => {
    const feed: StoredFeed = {
      list: 'all',
      source,
      state,
      endpoint,
      simulated,
      products,
      ...(detail === undefined ? {} : { detail }),
      // A feed that has lost its connection has no new marks; the old ones stay true.
      marks: marks.length === 0 ? (current?.item.marks ?? []) : marks,
      updatedAt: now,
    };
    const { item: before } = current ?? {};
    return { write: feed, result: { feed, changed: before?.state !== state || before.detail !== detail } };
  });
  for (const { product, time } of marks) {
    const at = parseTime(time)!;
    await ports.tickers.update({ product }, (current) => {
      const ticker = current?.item ?? newTicker(product);
      const heard = { time: Math.max(ticker.sources[source]?.time ?? 0, Math.min(at, now * 1_000)), heardAt: now };
      return { write: { ...ticker, sources: { ...ticker.sources, [source]: heard } }, result: undefined };
    });
  }
  if (changed) await announceFeed(viewFeed(feed), ports.live, context);
  return feed;
}

import { sideBySide, type Context, type Granted } from '@portolan/kernel';
import type { FeedReport } from '../intake.ts';
import type { feeds, live, tickers, StoredFeed, Ticker } from '../ports.ts';
import type { PricingSettings } from '../settings.ts';
import { parseTime } from '../time.ts';
import { viewFeed } from '../view.ts';
import { announceFeed } from './announce-trades.ts';

type Ports = Granted<{ feeds: typeof feeds.readWrite; tickers: typeof tickers.readWrite; live: typeof live.push }>;

/**
 * Keeps what a feed says of itself. Its marks count as heard of, where the source has trades of their product: one that
 * nobody trades any more has its intervals closed.
 */
export async function putFeed(
  source: string,
  report: Omit<FeedReport, 'detail'> & { readonly detail?: string | undefined },
  ports: Ports,
  context: Context,
  settings: PricingSettings,
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
  await hear(source, marks, now, ports.tickers, settings);
  if (changed) await announceFeed(viewFeed(feed), ports.live, context);
  return feed;
}

/** Tickers under way at one time. */
const tickersAtOnce = 16;

async function hear(
  source: string,
  marks: FeedReport['marks'],
  now: number,
  tickers: Ports['tickers'],
  settings: PricingSettings,
): Promise<void> {
  const newest = new Map<string, number>();
  for (const { product, time } of marks)
    newest.set(product, Math.max(newest.get(product) ?? 0, Math.min(parseTime(time)!, now * 1_000)));
  const keys = [...newest.keys()].map((product) => ({ product }));
  const stored = keys.length === 0 ? [] : await tickers.getMany(keys);
  const isNewsTo = (ticker: Ticker | undefined, time: number): ticker is Ticker =>
    isNews(ticker?.sources[source], { time, heardAt: now }, settings);
  const moved = keys.filter(({ product }, index) => isNewsTo(stored[index]?.item, newest.get(product)!));
  await sideBySide(moved, tickersAtOnce, ({ product }) =>
    tickers.update({ product }, (current) => {
      const ticker = current?.item;
      const time = newest.get(product)!;
      if (!isNewsTo(ticker, time)) return { result: undefined };
      const heard = { time: Math.max(ticker.sources[source]!.time, time), heardAt: now };
      return { write: { ...ticker, sources: { ...ticker.sources, [source]: heard } }, result: undefined };
    }),
  );
}

type Heard = Ticker['sources'][string];

/** Whether a ticker is worth being written: reports come every second or two, on rows that trades are written to. */
const isNews = (known: Heard | undefined, heard: Heard, { latenessMs, idleMs }: PricingSettings): boolean =>
  known !== undefined && (heard.time > known.time + latenessMs * 1_000 || heard.heardAt > known.heardAt + idleMs / 4);

import { chunks, minutes, reasonOf, seconds, type Channel, type Context } from '@portolan/kernel';
import type { FeedView } from '../api.ts';
import { candleOf } from '../candle.ts';
import type { LiveFrame, Ticker } from '../ports.ts';
import type { Scale } from '../product.ts';
import { decodeSummary } from '../summary-codec.ts';
import type { Trade } from '../trade.ts';
import { viewTrade } from '../view.ts';

/** Trades in one frame: what fits into the smallest message of the clouds. */
const tradesInFrame = 100;
/** Trades older than this are history, not news. */
const newsMs = minutes(2);
/** Whoever handed trades in waits no longer for those who follow: a push to many of them is many requests on some clouds. */
const pushingMs = seconds(5);

/** The group of everyone who follows a product. */
export const followersOf = (product: string): string => `product:${product}`;

/**
 * Pushes trades, and the running candle, to those who follow the product. What cannot be pushed, or not within five
 * seconds, is missed, and logged; the candle tells of it all the same.
 */
export async function announceTrades(
  product: string,
  fresh: readonly Trade[],
  { running }: Ticker,
  scale: Scale,
  live: Pick<Channel<LiveFrame>, 'publish'>,
  { clock, log }: Context,
): Promise<void> {
  const since = (clock.now() - newsMs) * 1_000;
  const news = fresh.filter(({ time }) => time >= since);
  if (news.length === 0) return;
  const group = followersOf(product);
  const until = clock.now() + pushingMs;
  let left = news.length;
  try {
    for (const some of chunks(news, tradesInFrame)) {
      if (clock.now() >= until) break;
      const views = some.map((trade) => viewTrade(product, trade, scale));
      await live.publish(group, { type: 'trades', product, trades: views });
      left -= some.length;
    }
    if (left > 0) log.warn('trades were not pushed in time', { product, trades: left });
    if (running === undefined) return;
    const candle = candleOf(running.start, decodeSummary(running.summary, scale), scale, false);
    await live.publish(group, { type: 'candle', product, interval: '1m', candle }, { key: `${product}/1m` });
  } catch (error) {
    log.warn('trades were not pushed', { product, trades: left, reason: reasonOf(error) });
  }
}

/** The group of everyone who is connected. */
export const everyone = 'everyone';

/** Pushes how a feed stands to everyone. */
export async function announceFeed(
  feed: FeedView,
  live: Pick<Channel<LiveFrame>, 'publish'>,
  { log }: Pick<Context, 'log'>,
): Promise<void> {
  try {
    await live.publish(everyone, { type: 'feed', feed }, { key: `feed/${feed.source}` });
  } catch (error) {
    log.warn('a feed was not pushed', { source: feed.source, reason: reasonOf(error) });
  }
}

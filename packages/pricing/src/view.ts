import type { FeedView, TradeView } from './api.ts';
import { formatDecimal } from './decimal.ts';
import type { IdGap } from './gaps.ts';
import type { Gap } from './intake.ts';
import type { StoredFeed } from './ports.ts';
import type { Scale } from './product.ts';
import { formatTime } from './time.ts';
import type { Trade } from './trade.ts';

export function viewTrade(product: string, trade: Trade, scale: Scale): TradeView {
  const { id, time, side, source, count } = trade;
  return {
    product,
    id,
    time: formatTime(time),
    price: formatDecimal(trade.price, scale.priceDecimals),
    size: formatDecimal(trade.size, scale.sizeDecimals),
    side,
    source,
    ...(count === 1 ? {} : { count }),
  };
}

export function viewFeed({ list: _, updatedAt, ...feed }: StoredFeed): FeedView {
  return { ...feed, products: [...feed.products], marks: [...feed.marks], updatedAt: isoOf(updatedAt) };
}

export const viewGap = ({ source, first, last, after, before }: IdGap): Gap => ({
  source,
  first: String(first),
  last: String(last),
  missing: last - first + 1,
  after: formatTime(after),
  before: formatTime(before),
});

/** @param ms - Milliseconds since 1970. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();

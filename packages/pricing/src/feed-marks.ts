import type { FeedMark } from './completeness.ts';
import type { StoredFeed } from './ports.ts';
import { parseTime } from './time.ts';
import { sequenceOf } from './trade.ts';

/** What feeds say of a product. @param before - Microseconds: what was said later is left out, as it speaks of trades under way. */
export function feedMarks(feeds: readonly StoredFeed[], product: string, before = Infinity): readonly FeedMark[] {
  return feeds.flatMap(({ source, marks }) =>
    marks.flatMap((mark) => {
      const time = parseTime(mark.time);
      const lastId = sequenceOf(mark.lastId);
      if (mark.product !== product || time === undefined || time > before || lastId === undefined) return [];
      return [{ source, lastId, time }];
    }),
  );
}

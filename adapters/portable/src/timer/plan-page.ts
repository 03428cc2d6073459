import type { Stored } from '@portolan/kernel';
import { isLost, type Standing } from './hand-over.ts';
import type { Row } from './rows.ts';

export interface PagePlan {
  /** What has to be sent, in the order of the page. */
  readonly due: readonly Standing[];
  /** The sort key of the first timer that must be looked at again. */
  readonly firstStanding: string | undefined;
}

/**
 * What a sweep does with a page of a bucket.
 *
 * @param progress.handedTo - Timers before it were handed over by a sweep, unless they were near when they were set; empty
 *   where that is noted in each row.
 * @param progress.now - Milliseconds since 1970.
 */
export function planPage(
  page: readonly Stored<Row>[],
  { handedTo, now, lostAfterMs }: { readonly handedTo: string; readonly now: number; readonly lostAfterMs: number },
): PagePlan {
  const standing = page.flatMap(({ item, version }): Standing[] =>
    item.kind === 'timer' && item.end === undefined ? [{ row: item, version }] : [],
  );
  return {
    due: standing.filter(
      ({ row }) => (row.lostAt === undefined && row.sort >= handedTo) || isLost(row, now, lostAfterMs),
    ),
    firstStanding: standing[0]?.row.sort,
  };
}

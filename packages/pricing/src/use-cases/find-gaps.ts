import type { History } from '../archive/history.ts';
import { intervalOf } from '../archive/interval-name.ts';
import { yearsOf, type Span } from '../archive/walk.ts';
import type { FeedMark } from '../completeness.ts';
import { gapsOf, hasHoles, piecesOf, piecesOfTrades, type IdGap, type IdPiece } from '../gaps.ts';
import type { Summary } from '../summary.ts';

/** Gaps told at one time. */
const maxGaps = 1_000;

/**
 * Ids that are missing between those known, the oldest first. Where an interval holds every id from its first to its
 * last, nothing below it is read: the work is that of the gaps, not of the trades.
 *
 * @param marks - What sources said they had traded: beyond what is known, that is missing, too.
 */
export async function findGaps(history: History, span: Span, marks: readonly FeedMark[]): Promise<readonly IdGap[]> {
  const pieces: IdPiece[] = [];
  const look = async (interval: string, summary: Summary | undefined): Promise<void> => {
    const { level, start, end } = intervalOf(interval);
    if (end <= span.from || start >= span.to) return;
    const whole = span.from <= start && end <= span.to;
    if (summary !== undefined && whole && !hasHoles(summary)) pieces.push(...piecesOf(summary));
    else if (level === 'minute') {
      const trades = await history.tradesIn(interval);
      pieces.push(...piecesOfTrades(trades.filter(({ time }) => time >= span.from && time < span.to)));
    } else for (const child of await history.childrenOf(interval)) await look(child.interval, child.summary);
  };
  for (const year of yearsOf(span)) await look(year, undefined);
  const gaps = [...gapsOf(pieces), ...gapsBehind(pieces, marks)];
  return gaps.sort((left, right) => left.after - right.after).slice(0, maxGaps);
}

/** What sources say they have traded beyond the last that is known of them. */
function gapsBehind(pieces: readonly IdPiece[], marks: readonly FeedMark[]): readonly IdGap[] {
  return [...Map.groupBy(pieces, ({ source }) => source)].flatMap(([source, some]) => {
    const newest = some.reduce((latest, piece) => (piece.last > latest.last ? piece : latest));
    return marks
      .filter((mark) => mark.source === source && mark.lastId > newest.last)
      .map(({ lastId, time }) => ({
        source,
        first: newest.last + 1,
        last: lastId,
        after: newest.lastTime,
        before: time,
      }));
  });
}

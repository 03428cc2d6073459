import type { History, Part } from '../archive/history.ts';
import { intervalOf } from '../archive/interval-name.ts';
import { yearsOf, type Span } from '../archive/walk.ts';
import type { FeedMark } from '../completeness.ts';
import { gapsOf, hasHoles, piecesOf, piecesOfTrades, type IdGap, type IdPiece } from '../gaps.ts';

/** Where in the list of gaps one stands. */
export type GapPlace = Pick<IdGap, 'after' | 'source' | 'first'>;

export interface GapQuestion extends Span {
  /** Only gaps of this source. @default all that the product has */
  readonly source?: string | undefined;
  readonly order: 'oldest' | 'newest';
  /** The last one shown. */
  readonly behind?: GapPlace | undefined;
  readonly limit: number;
}

export interface GapPage {
  readonly gaps: readonly IdGap[];
  /** Whether there are more. */
  readonly more: boolean;
}

/**
 * Ids that are missing between those known. Where an interval holds every id from its first to its last, nothing below it
 * is read: the work is that of the gaps, not of the trades.
 *
 * @param marks - What sources said they had traded: beyond what is known, that is missing, too.
 */
export async function findGaps(
  history: History,
  { source, order, behind, limit, ...span }: GapQuestion,
  marks: readonly FeedMark[],
): Promise<GapPage> {
  const asked = history.known.sources.filter((one) => source === undefined || one === source);
  const isAsked = (one: { readonly source: string }): boolean => asked.includes(one.source);
  const pieces: IdPiece[] = [];
  const add = (some: readonly IdPiece[]): void => {
    for (const piece of some) if (isAsked(piece)) pieces.push(piece);
  };
  const look = async ({ interval, summary }: Part): Promise<void> => {
    const { level, start, end } = intervalOf(interval);
    if (end <= span.from || start >= span.to) return;
    const whole = span.from <= start && end <= span.to;
    const sums = whole ? (summary ?? (await history.summaryOf(interval))) : undefined;
    if (sums !== undefined && !hasHoles(sums, isAsked)) add(piecesOf(sums));
    else if (level === 'minute') {
      const trades = await history.tradesIn(interval);
      add(piecesOfTrades(trades.filter(({ time }) => time >= span.from && time < span.to)));
    } else for (const part of await history.partsOf(interval)) await look(part);
  };
  for (const year of yearsOf(history, span)) await look({ interval: year, summary: undefined });
  const all = [...gapsOf(pieces), ...gapsBehind(pieces, marks)].sort(compareGaps);
  if (order === 'newest') all.reverse();
  const isLeft = (gap: IdGap): boolean =>
    behind === undefined || (order === 'oldest' ? compareGaps(gap, behind) > 0 : compareGaps(gap, behind) < 0);
  const left = all.filter(isLeft);
  return { gaps: left.slice(0, limit), more: left.length > limit };
}

function compareGaps(left: GapPlace, right: GapPlace): number {
  if (left.after !== right.after) return left.after - right.after;
  return left.source === right.source ? left.first - right.first : left.source < right.source ? -1 : 1;
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

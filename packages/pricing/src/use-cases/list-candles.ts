import type { History } from '../archive/history.ts';
import { intervalOf } from '../archive/interval-name.ts';
import { intervalsWithin, neighboursBefore, neighboursBehind, type Span } from '../archive/walk.ts';
import { candlesOf, cellsOf, type Candle, type FillPolicy } from '../candle.ts';
import { provenComplete, type FeedMark } from '../completeness.ts';
import { CandleFold } from '../fold.ts';
import { startOf, type ArchiveLevel, type CandleInterval } from '../interval.ts';
import type { Scale } from '../product.ts';
import { merge, type Summary } from '../summary.ts';
import { microsPerMinute } from '../time.ts';

/** What intervals are put together from: the largest of the archive that divide them. */
const builtFrom = {
  '1s': 'minute',
  '1m': 'minute',
  '5m': 'minute',
  '15m': 'minute',
  '1h': 'hour',
  '6h': 'hour',
  '1d': 'day',
} as const satisfies Record<CandleInterval, ArchiveLevel>;

export interface CandleQuestion extends Span {
  readonly interval: CandleInterval;
  readonly fill: FillPolicy;
}

/**
 * The candles of the intervals in a span, archive and table as one.
 *
 * @param question - `from` and `to` are starts of intervals.
 */
export async function listCandles(
  history: History,
  { from, to, interval, fill }: CandleQuestion,
  scale: Scale,
  marks: readonly FeedMark[],
): Promise<readonly Candle[]> {
  // Seconds are proven with what lies around them in their minutes.
  const span = {
    from: startOf('minute', from),
    to: to === startOf('minute', to) ? to : startOf('minute', to) + microsPerMinute,
  };
  const summaries = await (interval === '1s' ? bySecond(history, span) : byInterval(history, interval, span));
  const [before, after] = await Promise.all([neighboursBefore(history, span.from), neighboursBehind(history, span.to)]);
  const cells = cellsOf(interval, span.from, span.to, summaries);
  const complete = provenComplete(cells, { before, after, marks, sources: history.known.sources });
  const first = cells.findIndex(({ start }) => start >= from);
  const behind = cells.findIndex(({ start }) => start >= to);
  const end = behind === -1 ? cells.length : behind;
  const closeBefore = cells.slice(0, first).findLast(({ summary }) => summary !== undefined)?.summary ?? before.nearest;
  return candlesOf(cells.slice(first, end), complete.slice(first, end), scale, fill, closeBefore?.close);
}

async function byInterval(
  history: History,
  interval: Exclude<CandleInterval, '1s'>,
  span: Span,
): Promise<ReadonlyMap<number, Summary>> {
  const summaries = new Map<number, Summary>();
  for (const part of await intervalsWithin(history, builtFrom[interval], span)) {
    const start = startOf(interval, intervalOf(part.interval).start);
    const known = summaries.get(start);
    summaries.set(start, known === undefined ? part.summary : merge(known, part.summary));
  }
  return summaries;
}

async function bySecond(history: History, span: Span): Promise<ReadonlyMap<number, Summary>> {
  const fold = new CandleFold('1s');
  for (const { interval } of await intervalsWithin(history, 'minute', span))
    fold.addAll(await history.tradesIn(interval));
  return fold.summaries();
}

import type { Gap } from '../../api/answers.ts';
import { startOf, widthMs, type Interval } from '../interval.ts';

/** A span of time, `to` not included; milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is known of how far what is shown agrees with the service; milliseconds since 1970. */
export interface Agreement {
  /** When the newest candles were read last. */
  readonly readAt: number;
  /** The start of the oldest candle that trades changed since. */
  readonly changedFrom?: number | undefined;
  /** Whether the newest candle that has ended is complete. */
  readonly isLastComplete: boolean;
}

/** What is read with the present candle, in candles and in milliseconds, the longer of both: trades and proofs come late. */
const tail = { bars: 5, ms: 20_000 } as const;
/** More than this are not read piecemeal. */
const mostBars = 1_000;
/** How long after the end of an interval its trades have come, as a rule. */
const settleMs = 1_000;
/** Between two readings, whatever happens. */
const restMs = 2_000;
/** As long as the last candle is not proven complete, which its successor's trades may do. */
const unprovenMs = 4_000;
/** However wide the interval. */
const patienceMs = 15_000;

/** When to read the newest candles again: soon after an interval has ended, and every now and then. */
export function nextReadAt(interval: Interval, { readAt, isLastComplete }: Agreement): number {
  const end = startOf(interval, readAt - settleMs) + widthMs[interval];
  const due = Math.min(end + settleMs, readAt + (isLastComplete ? patienceMs : unprovenMs));
  return Math.max(due, readAt + restMs);
}

/**
 * The candles to read again, in whole intervals; `all` where that would be so many that beginning anew is quicker.
 *
 * @param newest - The start of the newest candle shown: the exchange's clock may be ahead of the service's.
 */
export function spanToReread(
  interval: Interval,
  { readAt, changedFrom = readAt }: Pick<Agreement, 'readAt' | 'changedFrom'>,
  now: number,
  newest: number,
): Span | 'all' {
  const width = widthMs[interval];
  const from = startOf(interval, Math.min(readAt, changedFrom, now)) - Math.max(tail.bars * width, tail.ms);
  const to = Math.max(startOf(interval, now), newest) + width;
  return (to - from) / width > mostBars ? 'all' : { from, to };
}

/**
 * Where gaps were closed, or opened, between two lists of them: the candles there are not what they were.
 */
export function spansChanged(before: readonly Gap[], after: readonly Gap[]): readonly Span[] {
  const keyOf = ({ source, first, last }: Gap): string => `${source}/${first}-${last}`;
  const had = new Map(before.map((gap) => [keyOf(gap), gap]));
  const has = new Map(after.map((gap) => [keyOf(gap), gap]));
  const changed = [...before.filter((gap) => !has.has(keyOf(gap))), ...after.filter((gap) => !had.has(keyOf(gap)))];
  const spans = changed.map((gap) => ({ from: Date.parse(gap.after), to: Date.parse(gap.before) + 1 }));
  return joined(spans);
}

/** Spans in order, those that touch as one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else result.push(span);
  }
  return result;
}

/** Of a span, the whole intervals within those shown; `undefined` where there are none, or too many to be worth it. */
export function shownPart(interval: Interval, { from, to }: Span, shown: Span): Span | undefined {
  const width = widthMs[interval];
  const part = {
    from: startOf(interval, Math.max(from, shown.from)),
    to: startOf(interval, Math.min(to, shown.to) - 1) + width,
  };
  const bars = (part.to - part.from) / width;
  return bars <= 0 || bars > mostBars ? undefined : part;
}

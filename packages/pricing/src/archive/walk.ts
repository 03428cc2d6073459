import { sideBySide } from '@portolan/kernel';
import type { ArchiveLevel } from '../interval.ts';
import { mergeAll, summarize, type IdSpan, type Summary } from '../summary.ts';
import type { Trade } from '../trade.ts';
import type { History, Part } from './history.ts';
import { intervalOf, nameOf } from './interval-name.ts';
import type { Child } from './node-text.ts';

/** Reads under way at one time. */
const readsAtOnce = 8;

/** A span of time in microseconds; `to` is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const touches = (name: string, { from, to }: Span): boolean => {
  const { start, end } = intervalOf(name);
  return start < to && end > from;
};

/** The names of the years that a span touches, of those in which there can be trades. */
export function yearsOf({ known }: History, span: Span): readonly string[] {
  const names: string[] = [];
  const to = Math.min(span.to, known.latest + 1);
  for (let time = Math.max(span.from, known.earliest); time < to; time = intervalOf(names.at(-1)!).end)
    names.push(nameOf('year', time));
  return names;
}

/** Those parts of one interval that touch a span. Their names sort as they do: only those at its ends are worked out. */
function partsWithin(parts: readonly Part[], { from, to }: Span): readonly Part[] {
  if (parts[0] === undefined) return parts;
  const { level } = intervalOf(parts[0].interval);
  const [first, last] = [nameOf(level, from), nameOf(level, to - 1)];
  return parts.filter(({ interval }) => interval >= first && interval <= last);
}

/** The intervals of a level that have trades and touch a span, in order. It descends only where there are trades. */
export async function intervalsWithin(
  history: History,
  level: Exclude<ArchiveLevel, 'year'>,
  span: Span,
): Promise<readonly Child[]> {
  const descend = async (name: string): Promise<readonly Child[]> => {
    const parts = partsWithin(await history.partsOf(name), span);
    if (parts[0] === undefined || intervalOf(parts[0].interval).level === level) return history.summed(parts);
    return (await sideBySide(parts, readsAtOnce, ({ interval }) => descend(interval))).flat();
  };
  return (await sideBySide(yearsOf(history, span), readsAtOnce, descend)).flat();
}

/**
 * The sums of a span, exact at both ends. What lies whole within it is taken as it stands above: on each side one object
 * of each level is read, and one for each year between, however many trades there are.
 */
export async function sumOver(history: History, span: Span): Promise<Summary | undefined> {
  const { from, to } = span;
  const sumWithin = async (name: string): Promise<Summary | undefined> => {
    if (intervalOf(name).level === 'minute') return summarize(within(await history.tradesIn(name), span));
    const sums = await sideBySide(await history.partsOf(name), readsAtOnce, async ({ interval, summary }) => {
      const { start, end } = intervalOf(interval);
      if (from <= start && end <= to) return summary ?? history.summaryOf(interval);
      return touches(interval, span) ? sumWithin(interval) : undefined;
    });
    return mergeAll(sums);
  };
  return mergeAll(await sideBySide(yearsOf(history, span), readsAtOnce, sumWithin));
}

/** The first trades of a span that are wanted, in order, at most so many. */
export async function tradesWithin(
  history: History,
  span: Span,
  limit: number,
  isWanted: (trade: Trade) => boolean,
): Promise<readonly Trade[]> {
  const found: Trade[] = [];
  const collect = async (name: string): Promise<void> => {
    if (found.length >= limit || !touches(name, span)) return;
    if (intervalOf(name).level === 'minute') {
      for (const trade of within(await history.tradesIn(name), span)) {
        if (found.length === limit) return;
        if (isWanted(trade)) found.push(trade);
      }
    } else for (const { interval } of await history.partsOf(name)) await collect(interval);
  };
  for (const year of yearsOf(history, span)) await collect(year);
  return found;
}

const within = (trades: readonly Trade[], { from, to }: Span): readonly Trade[] =>
  trades.filter(({ time }) => time >= from && time < to);

/** What is known next to some intervals, on one side. */
export interface Neighbours {
  /** The nearest ids of each source. */
  readonly ids: ReadonlyMap<string, IdSpan>;
  /** The sums of the nearest interval with trades. */
  readonly nearest: Summary | undefined;
}

/** What lies before `time`, a start of a minute: for each of the sources what is nearest, of any level. */
export async function neighboursBefore(history: History, time: number): Promise<Neighbours> {
  const { earliest, sources } = history.known;
  const found = new Found(sources);
  if (time <= earliest) return found;
  for (const level of ['hour', 'day', 'month', 'year'] as const) {
    for (const { interval, summary } of (await history.partsOf(nameOf(level, time))).toReversed()) {
      if (intervalOf(interval).end <= time) found.add(summary ?? (await history.summaryOf(interval)));
      if (found.isAll()) return found;
    }
  }
  const years = yearsOf(history, { from: 0, to: intervalOf(nameOf('year', time)).start });
  for (const year of years.toReversed()) {
    if (found.isAll()) break;
    found.add(await history.summaryOf(year));
  }
  return found;
}

/** What lies behind `time`, likewise. */
export async function neighboursBehind(history: History, time: number): Promise<Neighbours> {
  const { latest, sources } = history.known;
  const found = new Found(sources);
  if (time > latest) return found;
  for (const level of ['hour', 'day', 'month', 'year'] as const) {
    for (const { interval, summary } of await history.partsOf(nameOf(level, time))) {
      if (intervalOf(interval).start >= time) found.add(summary ?? (await history.summaryOf(interval)));
      if (found.isAll()) return found;
    }
  }
  for (const year of yearsOf(history, { from: intervalOf(nameOf('year', time)).end, to: Infinity })) {
    if (found.isAll()) break;
    found.add(await history.summaryOf(year));
  }
  return found;
}

/** Collects what is nearest for each source; what is added first is nearest. */
class Found implements Neighbours {
  readonly ids = new Map<string, IdSpan>();
  nearest: Summary | undefined;
  readonly #sources: readonly string[];

  constructor(sources: readonly string[]) {
    this.#sources = sources;
  }

  add(summary: Summary | undefined): void {
    this.nearest ??= summary;
    for (const [source, span] of summary?.ids ?? []) if (!this.ids.has(source)) this.ids.set(source, span);
  }

  isAll(): boolean {
    return this.nearest !== undefined && this.#sources.every((source) => this.ids.has(source));
  }
}

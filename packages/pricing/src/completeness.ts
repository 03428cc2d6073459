import type { Cell } from './candle.ts';
import { mergeSpans, type IdSpan, type Summary } from './summary.ts';

/** A source's own word: at `time` the newest of its trades was `lastId`. */
export interface FeedMark {
  readonly source: string;
  /** A sequential id. */
  readonly lastId: number;
  /** Microseconds since 1970. */
  readonly time: number;
}

/** What is known around some consecutive intervals. */
export interface Surroundings {
  /** The nearest interval before that has trades; where there are several sources, better all up to one with each of them. */
  readonly before?: Pick<Summary, 'ids'> | undefined;
  /** The nearest after, likewise. */
  readonly after?: Pick<Summary, 'ids'> | undefined;
  readonly marks?: readonly FeedMark[];
  /** Those that have to prove every interval; another one has to prove those with its trades. @default all that are named */
  readonly sources?: readonly string[];
}

/**
 * Says of consecutive intervals which are provably complete: that not one trade in them is missing.
 *
 * The proof rests on a source's ids: it numbers its trades without gaps, later ones higher. So an interval is complete
 * for a source when the ids held in it have no gap, the smallest follows the last id known before the interval, and the
 * largest is followed by the first known after; an interval without trades, when the ids on both sides follow each other.
 * A mark is knowledge, too: at or after the interval's end it says which id is the last that can lie in it; before its
 * start, which is the last that cannot.
 *
 * Sources that do not number strictly by time interleave ids across a boundary: 1, 2, 4 in one interval and 3, 5 in the
 * next. Neither follows the other, but where the interval and its neighbours together have no gap, none is missing. An
 * id that is missing inside one interval is taken to have been in that one, between the times of the ids beside it.
 *
 * Every source that any of the summaries names has to prove every interval, as none can tell whether it was silent or not
 * heard; one that is forgotten, only the intervals with its trades. Trades without sequential ids are proof of nothing: intervals with such trades are never complete.
 *
 * @param cells - Consecutive, in order.
 * @returns A verdict for each cell. Whatever is not known counts against it.
 */
export function provenComplete(cells: readonly Cell[], surroundings: Surroundings): boolean[] {
  const { before, after, marks = [], sources } = surroundings;
  const named = new Set<string>();
  for (const known of [before, after, ...cells.map(({ summary }) => summary)])
    for (const source of known?.ids.keys() ?? []) named.add(source);
  const everywhere = new Set(sources === undefined ? named : sources.filter((source) => named.has(source)));
  const proven = cells.map(({ summary }) =>
    summary === undefined ? everywhere.size > 0 : summary.ids.size > 0 && summary.unnumbered === 0,
  );
  for (const source of named) {
    const history = new SourceHistory(
      cells.map(({ summary }) => summary?.ids.get(source)),
      before?.ids.get(source),
      after?.ids.get(source),
      marks.filter((mark) => mark.source === source),
    );
    cells.forEach((cell, index) => {
      if (everywhere.has(source) || cell.summary?.ids.has(source) === true)
        proven[index] &&= history.proves(cell, index);
    });
  }
  return proven;
}

/** What is known of one source along the cells. */
class SourceHistory {
  readonly #spans: readonly (IdSpan | undefined)[];
  readonly #marks: readonly FeedMark[];
  /** The nearest span on either side of each cell. */
  readonly #previous: (IdSpan | undefined)[] = [];
  readonly #next: (IdSpan | undefined)[] = [];

  constructor(
    spans: readonly (IdSpan | undefined)[],
    before: IdSpan | undefined,
    after: IdSpan | undefined,
    marks: readonly FeedMark[],
  ) {
    this.#spans = spans;
    this.#marks = marks;
    let nearest = before;
    for (const [index, span] of spans.entries()) {
      this.#previous[index] = nearest;
      nearest = span ?? nearest;
    }
    nearest = after;
    for (let index = spans.length - 1; index >= 0; index--) {
      this.#next[index] = nearest;
      nearest = spans[index] ?? nearest;
    }
  }

  proves(cell: Cell, index: number): boolean {
    const span = this.#spans[index];
    const previous = this.#previous[index];
    const next = this.#next[index];
    if (span === undefined) return this.#provesSilence(cell, previous, next);
    const begins = span.first === 0 || previous?.last === span.first - 1 || this.#markBefore(cell, span.first - 1);
    if (isWhole(span) && begins && this.#ends(cell, next, span.last)) return true;
    return previous !== undefined && this.#provesTogether(cell, mergeSpans(previous, span), next);
  }

  #provesSilence(cell: Cell, previous: IdSpan | undefined, next: IdSpan | undefined): boolean {
    if (previous !== undefined && this.#ends(cell, next, previous.last)) return true;
    if (this.#marks.some(({ time, lastId }) => time < cell.start && this.#ends(cell, next, lastId))) return true;
    return previous !== undefined && next !== undefined && isWhole(mergeSpans(previous, next));
  }

  #provesTogether(cell: Cell, upToHere: IdSpan, next: IdSpan | undefined): boolean {
    if (next !== undefined && isWhole(mergeSpans(upToHere, next))) return true;
    return isWhole(upToHere) && this.#markFrom(cell, upToHere.last);
  }

  /** Whether `id` is the last that can lie in the cell. */
  #ends(cell: Cell, next: IdSpan | undefined, id: number): boolean {
    return next?.first === id + 1 || this.#markFrom(cell, id);
  }

  /** A mark at the start itself would not do: a trade of that instant lies in the cell. */
  #markBefore(cell: Cell, id: number): boolean {
    return this.#marks.some(({ time, lastId }) => time < cell.start && lastId === id);
  }

  #markFrom(cell: Cell, id: number): boolean {
    return this.#marks.some(({ time, lastId }) => time >= cell.end && lastId === id);
  }
}

/** Whether all ids from the first to the last are held. */
export const isWhole = ({ first, last, held }: IdSpan): boolean => held === last - first + 1;

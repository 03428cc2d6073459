import { idsIn, withoutRanges, type IdRange } from './id-ranges.ts';

/** Ids of one product to fetch. */
export interface Wish extends IdRange {
  /** Milliseconds since 1970. Until then they may still come by themselves. */
  readonly notBefore: number;
  /** Given up where the intake turns out to have them already. */
  readonly untilKnown: boolean;
}

/** Ids that were fetched in vain. */
interface Vain extends IdRange {
  readonly times: number;
  readonly until: number;
}

export interface WantedOptions {
  /** How long ids are left alone that were fetched in vain; doubled each time. */
  readonly vainMs: number;
  readonly maxVainMs: number;
}

/** Ranges remembered at most, of either kind. The intake names what is forgotten again. */
const maxRanges = 1_000;

/**
 * The trades of one product that are known to exist, to be fetched from the history; decides what is next.
 *
 * Some ids will never come: the exchange may have left a number out, or the intake may reject a trade for good. They are
 * wanted again and again by whoever sees the hole, so ids fetched in vain are left alone for a time that doubles.
 */
export class Wanted {
  readonly #options: WantedOptions;
  #wishes: Wish[] = [];
  #vain: Vain[] = [];

  constructor(options: WantedOptions) {
    this.#options = options;
  }

  /** Ids that are wanted. */
  get size(): number {
    return this.#wishes.reduce((sum, wish) => sum + idsIn(wish), 0);
  }

  /** When the next may be fetched; `Infinity` when none is wanted. */
  get dueAt(): number {
    return Math.min(Infinity, ...this.#wishes.map(({ notBefore }) => notBefore));
  }

  add(wish: Wish, now: number): void {
    // What is missing for sure is not given up together with what would only be nice to have.
    if (!wish.untilKnown) this.#cut(wish, ({ untilKnown }) => untilKnown);
    const known = [...this.#wishes, ...this.#vain.filter(({ until }) => until > now)];
    const added = withoutRanges(wish, known).map((range) => ({ ...wish, ...range }));
    if (added.length === 0) return;
    this.#wishes = [...this.#wishes, ...added].sort(newestFirst).slice(0, maxRanges);
  }

  /** The next to fetch. */
  next(now: number): Wish | undefined {
    return this.#wishes.find(({ notBefore }) => notBefore <= now);
  }

  /** These have come, or were asked for and need no more asking. */
  settle(range: IdRange): void {
    this.#cut(range, () => true);
  }

  #cut(range: IdRange, which: (wish: Wish) => boolean): void {
    const touched = (wish: Wish): boolean => wish.first <= range.last && wish.last >= range.first && which(wish);
    if (!this.#wishes.some(touched)) return;
    this.#wishes = this.#wishes
      .flatMap((wish) => (touched(wish) ? withoutRanges(wish, [range]).map((left) => ({ ...wish, ...left })) : [wish]))
      .sort(newestFirst)
      .slice(0, maxRanges);
  }

  /** These were fetched, and are still missing. */
  inVain(ranges: readonly IdRange[], now: number): void {
    for (const range of ranges) {
      const before = this.#vain.filter((vain) => vain.first <= range.last && vain.last >= range.first);
      const times = Math.max(0, ...before.map((vain) => vain.times)) + 1;
      const waitMs = Math.min(this.#options.maxVainMs, this.#options.vainMs * 2 ** (times - 1));
      const rest = this.#vain.flatMap((vain) => withoutRanges(vain, [range]).map((left) => ({ ...vain, ...left })));
      this.#vain = [...rest, { ...range, times, until: now + waitMs }].slice(-maxRanges);
    }
  }
}

/** What a chart shows is there before what lies behind it. */
const newestFirst = (a: IdRange, b: IdRange): number => b.last - a.last;

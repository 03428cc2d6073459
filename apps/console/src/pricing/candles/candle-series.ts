import type { Candle, Gap, Trade } from '../../api/answers.ts';
import { startOf, widthMs, type Interval } from '../interval.ts';
import { BarList } from './bar-list.ts';
import { barOf, barsOf, foldTrade, standingOf, type Bar, type Standing } from './bar.ts';
import { loadOlder, type CandleReader } from './load-older.ts';
import { nextReadAt, shownPart, spansChanged, spanToReread, type Span } from './reread.ts';

/** What a series is read from. Each may reject; `AbortError` is told to nobody. */
export interface CandleSource extends CandleReader {
  /** When the first and the last trade were, milliseconds since 1970; `undefined` without trades. */
  extent(): Promise<{ readonly earliest: number; readonly latest: number } | undefined>;
}

/** The platform's clock and the browser's timers. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns Takes it back. */
  schedule(at: number, ring: () => void): () => void;
}

export interface SeriesState {
  /** `empty`: the product has no trades yet. */
  readonly kind: 'loading' | 'empty' | 'ready';
  /** Whether older candles are being loaded, could not be, or are all there. */
  readonly older: 'more' | 'loading' | 'failed' | 'none';
  /** Why the latest reading failed. */
  readonly error?: unknown;
}

/** What listeners are told: these bars are new or changed (by their starts), or everything may be. */
export type SeriesChange = { readonly kind: 'bars'; readonly at: readonly number[] } | { readonly kind: 'all' };

/** Bars kept: as many as a chart is pleasant with. Beyond, the oldest are let go as new ones come, to be loaded again. */
const mostBars = 50_000;

/**
 * The candles of a product and an interval, newest to oldest as far as they were asked for, kept up to date: trades change
 * them at once, and what the service then tells of them holds.
 */
export class CandleSeries {
  readonly interval: Interval;
  readonly #source: CandleSource;
  readonly #timing: Timing;
  readonly #bars = new BarList();
  readonly #listeners = new Set<(change: SeriesChange) => void>();
  #state: SeriesState = { kind: 'loading', older: 'more' };
  /** From where on every candle is known. */
  #from = Infinity;
  #earliest = 0;
  #readAt = 0;
  #changedFrom: number | undefined;
  #gaps: readonly Gap[] | undefined;
  #reading = false;
  /** Whether something may have been missed since the reading under way began. */
  #again = false;
  /** What is to be read besides the newest candles. */
  #wanted: readonly Span[] = [];
  /** Trades that came while candles were read: those may count them, or not. */
  #meanwhile: Trade[] = [];
  #cancel: (() => void) | undefined;
  #isOver = false;

  constructor(interval: Interval, source: CandleSource, timing: Timing) {
    this.interval = interval;
    this.#source = source;
    this.#timing = timing;
  }

  readonly state = (): SeriesState => this.#state;

  get bars(): readonly Bar[] {
    return this.#bars.all;
  }

  find(at: number): Bar | undefined {
    return this.#bars.find(at);
  }

  readonly subscribe = (listener: (change: SeriesChange) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What is to be said of its completeness now. */
  standing(bar: Bar): Standing {
    return standingOf(bar, this.interval, this.#timing.now());
  }

  /** After a failure: what failed, again. */
  retry(): void {
    if (this.#state.older === 'failed') void this.loadOlder();
    void this.read();
  }

  close(): void {
    this.#isOver = true;
    this.#cancel?.();
    this.#listeners.clear();
  }

  /** Reads the newest candles: all of a page at first, later what may have changed. */
  async read(): Promise<void> {
    if (this.#isOver) return;
    if (this.#reading) return void (this.#again = true);
    this.#reading = true;
    this.#again = false;
    this.#cancel?.();
    this.#meanwhile = [];
    const startedAt = this.#timing.now();
    try {
      const span = this.#state.kind === 'ready' ? this.#spanToReread() : 'all';
      if (span === 'all') await this.#readPage();
      else await this.#readSpan(span);
      this.#readAt = startedAt;
      for (; this.#wanted.length > 0; this.#wanted = this.#wanted.slice(1)) await this.#readSpan(this.#wanted[0]!);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#reading = false;
    }
    this.#plan(startedAt);
  }

  /** Loads the page of candles before those that are there. */
  async loadOlder(): Promise<void> {
    const { kind, older } = this.#state;
    if (kind !== 'ready' || older === 'loading' || older === 'none' || this.#isOver) return;
    this.#set({ kind, older: 'loading' });
    const before = this.#from;
    try {
      // An import may have brought trades from before the first one known.
      if (this.#from <= this.#earliest) this.#earliest = (await this.#source.extent())?.earliest ?? this.#earliest;
      const { bars, from } = await loadOlder(this.#source, this.interval, before, this.#earliest);
      // What was there may have been read anew meanwhile.
      if (this.#isOver || this.#from !== before) return;
      this.#bars.put(bars);
      this.#from = from;
      this.#set({ kind: 'ready', older: from <= this.#earliest ? 'none' : 'more' });
      this.#tell({ kind: 'all' });
    } catch (error) {
      if (!this.#isOver && this.#from === before) this.#set({ kind, older: 'failed', error });
    }
  }

  /** Trades that were just made. */
  take(trades: readonly Trade[]): void {
    if (this.#reading) this.#meanwhile.push(...trades);
    if (this.#state.kind === 'empty') return void this.read();
    this.#fold(trades, false);
  }

  /** The running minute, as the service has it. */
  takeMinute(candle: Candle): void {
    const bar = barOf(candle);
    if (this.interval !== '1m' || bar === undefined || this.#state.kind !== 'ready') return;
    const known = this.#bars.find(bar.at);
    // Frames of two batches may pass each other; a count never goes back.
    if (bar.at < this.#from || (known !== undefined && known.count > bar.count)) return;
    this.#bars.put([{ ...bar, closedAt: known?.closedAt ?? '' }]);
    this.#tell({ kind: 'bars', at: [bar.at] });
  }

  /** What is missing now: candles where that has changed are read again. */
  takeGaps(gaps: readonly Gap[]): void {
    const spans = this.#gaps === undefined ? [] : spansChanged(this.#gaps, gaps);
    this.#gaps = gaps;
    if (this.#state.kind !== 'ready') return;
    const shown = { from: this.#from, to: this.#timing.now() };
    const parts = spans.map((span) => shownPart(this.interval, span, shown)).filter((part) => part !== undefined);
    if (parts.length === 0) return;
    this.#wanted = [...this.#wanted, ...parts];
    void this.read();
  }

  #spanToReread(): Span | 'all' {
    const agreement = { readAt: this.#readAt, changedFrom: this.#changedFrom };
    const span = spanToReread(this.interval, agreement, this.#timing.now(), this.#bars.all.at(-1)?.at ?? 0);
    return span === 'all' ? span : { ...span, from: Math.max(span.from, this.#from) };
  }

  async #readPage(): Promise<void> {
    const extent = await this.#source.extent();
    if (extent === undefined) return this.#set({ kind: 'empty', older: 'none' });
    const before = startOf(this.interval, extent.latest) + widthMs[this.interval];
    const { bars, from } = await loadOlder(this.#source, this.interval, before, extent.earliest);
    if (this.#isOver) return;
    this.#earliest = extent.earliest;
    this.#from = from;
    this.#changedFrom = undefined;
    this.#bars.keep(0);
    this.#bars.put(bars);
    this.#fold(this.#meanwhile, true);
    this.#set({ kind: 'ready', older: from <= extent.earliest ? 'none' : 'more' });
    this.#tell({ kind: 'all' });
  }

  async #readSpan(span: Span): Promise<void> {
    const candles = await this.#source.candles(this.interval, span);
    if (this.#isOver) return;
    const bars = barsOf(candles).filter(({ at }) => at >= this.#from);
    const changed = bars.filter((bar) => isDifferent(bar, this.#bars.find(bar.at)));
    this.#bars.put(changed);
    if (this.#changedFrom !== undefined && this.#changedFrom >= span.from) this.#changedFrom = undefined;
    this.#fold(this.#meanwhile, true);
    if (this.#state.error !== undefined && this.#state.older !== 'failed')
      this.#set({ kind: 'ready', older: this.#state.older });
    if (changed.length > 0) this.#tell({ kind: 'bars', at: changed.map(({ at }) => at) });
  }

  #fold(trades: readonly Trade[], isCounted: boolean): void {
    const folded = new Map<number, Bar>();
    for (const trade of trades) {
      const at = startOf(this.interval, Date.parse(trade.time));
      if (at < this.#from) continue;
      folded.set(at, foldTrade(folded.get(at) ?? this.#bars.find(at), trade, this.interval, isCounted));
    }
    if (folded.size === 0) return;
    const bars = [...folded.values()].toSorted((a, b) => a.at - b.at);
    this.#bars.put(bars);
    this.#changedFrom = Math.min(this.#changedFrom ?? Infinity, bars[0]!.at);
    this.#letGo();
    this.#tell({ kind: 'bars', at: bars.map(({ at }) => at) });
  }

  #letGo(): void {
    if (this.#bars.all.length <= mostBars || this.#state.kind !== 'ready') return;
    this.#bars.keep(mostBars - mostBars / 5);
    this.#from = this.#bars.all[0]!.at;
    this.#set({ kind: 'ready', older: 'more' });
    this.#tell({ kind: 'all' });
  }

  #plan(startedAt: number): void {
    if (this.#isOver) return;
    const last = this.#bars.all.findLast((bar) => this.standing(bar) !== 'running');
    const agreement = { readAt: startedAt, isLastComplete: last?.complete ?? true };
    const dueAt = this.#again ? this.#timing.now() : nextReadAt(this.interval, agreement);
    this.#cancel = this.#timing.schedule(dueAt, () => void this.read());
  }

  #fail(error: unknown): void {
    if (!this.#isOver) this.#set({ ...this.#state, error });
  }

  #set(state: SeriesState): void {
    this.#state = state;
    this.#tell({ kind: 'bars', at: [] });
  }

  #tell(change: SeriesChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function isDifferent(bar: Bar, known: Bar | undefined): boolean {
  if (known === undefined) return true;
  const fields = ['open', 'high', 'low', 'close', 'volume', 'vwap', 'count', 'complete'] as const;
  return fields.some((field) => bar[field] !== known[field]);
}

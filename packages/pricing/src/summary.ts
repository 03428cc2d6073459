import { addSums, ExactSum, type Sum } from './exact-sum.ts';
import { compareTrades, type Trade, type TradeKey } from './trade.ts';

/** The sequential ids of one source that a span holds. */
export interface IdSpan {
  /** The smallest. */
  readonly first: number;
  /** The largest; of an aggregate, the last that it covers. */
  readonly last: number;
  /** How many ids of `first` to `last` are held: all of them where it is `last - first + 1`. */
  readonly held: number;
}

/** What is known of a span of time with at least one trade. Summaries of any spans of one product merge exactly. */
export interface Summary {
  /** The place of the first and of the last trade among all. */
  readonly first: TradeKey;
  readonly last: TradeKey;
  /** Prices in units of price; open and close are those of the first and of the last trade. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Sum of the sizes, in units of size. */
  readonly volume: Sum;
  /** Sum of price times size, in units of price times units of size. */
  readonly notional: Sum;
  /** Sum of the prices, each as often as the trade's count says, in units of price. */
  readonly priceSum: Sum;
  /** Exchange trades. */
  readonly count: number;
  /** Exchange trades without a sequential id: of them nobody can tell whether any is missing. */
  readonly unnumbered: number;
  /** The sequential ids, by source, in the order of the sources' names. */
  readonly ids: ReadonlyMap<string, IdSpan>;
}

interface OpenSpan {
  readonly source: string;
  first: number;
  last: number;
  held: number;
}

/**
 * Adds trades up, in any order. Each is counted: whoever hands them over sees to it that none comes twice, and that no two
 * of one source cover the same id.
 */
export class Tally {
  #first: Trade;
  #last: Trade;
  #high: number;
  #low: number;
  #count = 0;
  #unnumbered = 0;
  readonly #volume = new ExactSum();
  readonly #notional = new ExactSum();
  readonly #priceSum = new ExactSum();
  /** The ids of the source of the trade before, since the next one is mostly of the same. */
  #span: OpenSpan;
  /** The ids of every source, where there is more than one. */
  #spans: Map<string, OpenSpan> | undefined;

  /** @param first - Decides nothing but what the tally begins with; it is to be added like the others. */
  constructor(first: Trade) {
    this.#first = first;
    this.#last = first;
    this.#high = first.price;
    this.#low = first.price;
    this.#span = newSpan(first.source);
  }

  add(trade: Trade): void {
    const { price, size, count, sequence } = trade;
    if (trade.time > this.#last.time) this.#last = trade;
    else this.#place(trade);
    if (price > this.#high) this.#high = price;
    else if (price < this.#low) this.#low = price;
    this.#volume.add(size);
    this.#notional.addProduct(price, size);
    if (count === 1) this.#priceSum.add(price);
    else this.#priceSum.addProduct(price, count);
    this.#count += count;
    if (sequence === undefined) {
      this.#unnumbered += count;
      return;
    }
    const span = trade.source === this.#span.source ? this.#span : this.#turnTo(trade.source);
    const last = sequence + count - 1;
    if (last > span.last) span.last = last;
    if (sequence < span.first) span.first = sequence;
    span.held += count;
  }

  summary(): Summary {
    return {
      first: keyOf(this.#first),
      last: keyOf(this.#last),
      open: this.#first.price,
      high: this.#high,
      low: this.#low,
      close: this.#last.price,
      volume: this.#volume.value(),
      notional: this.#notional.value(),
      priceSum: this.#priceSum.value(),
      count: this.#count,
      unnumbered: this.#unnumbered,
      ids: this.#ids(),
    };
  }

  #ids(): Map<string, IdSpan> {
    const ids = new Map<string, IdSpan>();
    const spans = this.#spans === undefined ? [this.#span] : [...this.#spans.values()].sort(bySource);
    for (const { source, first, last, held } of spans) if (held > 0) ids.set(source, { first, last, held });
    return ids;
  }

  /** Sees whether a trade that is not the latest by its time alone is the first or the last. */
  #place(trade: Trade): void {
    if (compareTrades(trade, this.#last) > 0) this.#last = trade;
    else if (trade.time <= this.#first.time && compareTrades(trade, this.#first) < 0) this.#first = trade;
  }

  #turnTo(source: string): OpenSpan {
    this.#spans ??= new Map([[this.#span.source, this.#span]]);
    let span = this.#spans.get(source);
    if (span === undefined) this.#spans.set(source, (span = newSpan(source)));
    this.#span = span;
    return span;
  }
}

const newSpan = (source: string): OpenSpan => ({ source, first: Number.MAX_SAFE_INTEGER, last: -1, held: 0 });

const keyOf = ({ time, source, id, sequence }: TradeKey): TradeKey => ({ time, source, id, sequence });

const bySource = (left: { readonly source: string }, right: { readonly source: string }): number =>
  left.source < right.source ? -1 : 1;

/** Sums up trades in any order, none of which may come twice; `undefined` where there are none. */
export function summarize(trades: Iterable<Trade>): Summary | undefined {
  let tally: Tally | undefined;
  for (const trade of trades) (tally ??= new Tally(trade)).add(trade);
  return tally?.summary();
}

/** The summary of both spans' trades. Associative, and the order of the two does not matter; they share no trade. */
export function merge(left: Summary, right: Summary): Summary {
  const [earlier, later] = compareTrades(left.first, right.first) < 0 ? [left, right] : [right, left];
  const lastly = compareTrades(left.last, right.last) < 0 ? right : left;
  return {
    first: earlier.first,
    last: lastly.last,
    open: earlier.open,
    high: Math.max(left.high, right.high),
    low: Math.min(left.low, right.low),
    close: lastly.close,
    volume: addSums(left.volume, right.volume),
    notional: addSums(left.notional, right.notional),
    priceSum: addSums(left.priceSum, right.priceSum),
    count: left.count + right.count,
    unnumbered: left.unnumbered + right.unnumbered,
    ids: mergeIds(earlier.ids, later.ids),
  };
}

/** The summary of all the spans' trades; `undefined` where there are none. */
export function mergeAll(summaries: Iterable<Summary | undefined>): Summary | undefined {
  let merged: Summary | undefined;
  for (const summary of summaries)
    if (summary !== undefined) merged = merged === undefined ? summary : merge(merged, summary);
  return merged;
}

type IdSpans = Summary['ids'];

function mergeIds(left: IdSpans, right: IdSpans): IdSpans {
  const merged = new Map(left);
  for (const [source, span] of right) {
    const other = left.get(source);
    merged.set(source, other === undefined ? span : mergeSpans(other, span));
  }
  return merged.size === left.size ? merged : new Map([...merged].sort(byName));
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** The ids of both spans, which share none. */
export const mergeSpans = (left: IdSpan, right: IdSpan): IdSpan => ({
  first: Math.min(left.first, right.first),
  last: Math.max(left.last, right.last),
  held: left.held + right.held,
});

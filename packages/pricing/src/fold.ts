import { IdRuns } from './id-runs.ts';
import { endOf, startOf, type Interval } from './interval.ts';
import { Tally, type Summary } from './summary.ts';
import type { Trade } from './trade.ts';

/** The ids of one source that a fold has seen. */
class SeenIds {
  readonly runs = new IdRuns();
  readonly others = new Set<string>();
}

/**
 * Folds the trades of one product into a summary per interval. Trades may come in any order and any number of times: each
 * counts once, by its source and id. Of a source that contradicts itself, the first word counts: a trade that covers an
 * id which was seen is a duplicate, whatever else it says.
 */
export class CandleFold {
  readonly #interval: Interval;
  readonly #tallies = new Map<number, Tally>();
  readonly #seen = new Map<string, SeenIds>();
  /** Where the trade before belonged, since the next one mostly belongs there too. */
  #tally: Tally | undefined;
  #start = 0;
  #end = 0;
  #source = '';
  #ids = new SeenIds();

  constructor(interval: Interval) {
    this.#interval = interval;
  }

  /** @returns Whether the trade was new. */
  add(trade: Trade): boolean {
    const { source, sequence, time } = trade;
    if (source !== this.#source) this.#turnToSource(source);
    if (sequence === undefined) {
      const { others } = this.#ids;
      if (others.has(trade.id)) return false;
      others.add(trade.id);
    } else if (!this.#ids.runs.addAbsent(sequence, sequence + trade.count - 1)) return false;
    const tally =
      time >= this.#start && time < this.#end && this.#tally !== undefined ? this.#tally : this.#turnTo(trade);
    tally.add(trade);
    return true;
  }

  /** Adds each of them. @returns How many were new. */
  addAll(trades: Iterable<Trade>): number {
    let added = 0;
    for (const trade of trades) if (this.add(trade)) added++;
    return added;
  }

  /** The summaries of the intervals with trades, by their starts, in order. */
  summaries(): Map<number, Summary> {
    const starts = [...this.#tallies.keys()].sort((left, right) => left - right);
    return new Map(starts.map((start) => [start, this.#tallies.get(start)!.summary()]));
  }

  #turnTo(trade: Trade): Tally {
    const start = startOf(this.#interval, trade.time);
    let tally = this.#tallies.get(start);
    if (tally === undefined) this.#tallies.set(start, (tally = new Tally(trade)));
    this.#start = start;
    this.#end = endOf(this.#interval, start);
    this.#tally = tally;
    return tally;
  }

  #turnToSource(source: string): void {
    let ids = this.#seen.get(source);
    if (ids === undefined) this.#seen.set(source, (ids = new SeenIds()));
    this.#source = source;
    this.#ids = ids;
  }
}

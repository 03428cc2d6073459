import { RunList, type IdRun } from './run-list.ts';

/**
 * A set of ids, kept as runs of consecutive ones: what a source numbers without gaps takes two numbers, however many ids
 * there are. Ids are safe integers, not negative. Appending takes constant time; anything else grows with the logarithm of
 * the number of runs.
 */
export class IdRuns {
  /** All runs but the last, which nearly every id extends. */
  readonly #runs = new RunList();
  /** The last run; empty at first, and then bordering on no id that there is. */
  #first = 0;
  #last = -2;
  #size = 0;

  static of(runs: Iterable<IdRun>): IdRuns {
    const set = new IdRuns();
    for (const { first, last } of runs) set.add(first, last);
    return set;
  }

  /** How many ids are held. */
  get size(): number {
    return this.#size;
  }

  /** Adds the ids from `first` to `last`, and says how many of them were new. */
  add(first: number, last = first): number {
    let added = last - first + 1;
    if (first === this.#last + 1) this.#last = last;
    else if (first > this.#last) {
      if (this.#size > 0) this.#runs.push(this.#first, this.#last);
      this.#first = first;
      this.#last = last;
    } else added -= this.#merge(first, last);
    this.#size += added;
    return added;
  }

  /** Adds the ids from `first` to `last` if not one of them is held, and says whether it did. */
  addAbsent(first: number, last = first): boolean {
    if (first <= this.#last && this.overlaps(first, last)) return false;
    this.add(first, last);
    return true;
  }

  has(id: number): boolean {
    return this.overlaps(id, id);
  }

  /** Whether any id from `first` to `last` is held. */
  overlaps(first: number, last: number): boolean {
    if (first > this.#last) return false;
    return last >= this.#first || this.#runs.overlaps(first, last);
  }

  /** The runs in order. */
  *runs(): Generator<IdRun> {
    yield* this.#runs.runs();
    if (this.#size > 0) yield { first: this.#first, last: this.#last };
  }

  /** What is missing between the smallest and the largest id, in order. */
  gaps(): IdRun[] {
    const gaps: IdRun[] = [];
    let before: IdRun | undefined;
    for (const run of this.runs()) {
      if (before !== undefined) gaps.push({ first: before.last + 1, last: run.first - 1 });
      before = run;
    }
    return gaps;
  }

  /** A new set with the ids of both. */
  union(other: IdRuns): IdRuns {
    const union = IdRuns.of(this.runs());
    for (const { first, last } of other.runs()) union.add(first, last);
    return union;
  }

  /** The ends of the runs one after the other: `[first, last, first, last]`. */
  toJSON(): number[] {
    return [...this.runs()].flatMap(({ first, last }) => [first, last]);
  }

  /** @throws {RangeError} for what {@link toJSON} does not write. */
  static fromJSON(ends: readonly number[]): IdRuns {
    const set = new IdRuns();
    for (let index = 0; index < ends.length; index += 2) {
      const first = ends[index]!;
      const last = ends[index + 1] ?? NaN;
      const safe = Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0;
      // A run that borders on the one before would be part of it.
      if (!safe || first > last || first <= set.#last + 1)
        throw new RangeError(`runs of ids must be ordered and apart: ${first} to ${last} at ${index}`);
      set.add(first, last);
    }
    return set;
  }

  /** Adds ids that do not lie beyond all others, and says how many of them were held. */
  #merge(first: number, last: number): number {
    const { held, ...merged } = this.#runs.swallow(first, last);
    if (last < this.#first - 1) {
      this.#runs.insert(merged.first, merged.last);
      return held;
    }
    const heldInLast = Math.max(0, Math.min(last, this.#last) - Math.max(first, this.#first) + 1);
    this.#first = Math.min(merged.first, this.#first);
    this.#last = Math.max(merged.last, this.#last);
    return held + heldInLast;
  }
}

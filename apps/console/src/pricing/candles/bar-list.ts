import type { Bar } from './bar.ts';

/** Bars by time, each interval once. */
export class BarList {
  #bars: readonly Bar[] = [];

  get all(): readonly Bar[] {
    return this.#bars;
  }

  find(at: number): Bar | undefined {
    const index = this.#place(at);
    return this.#bars[index]?.at === at ? this.#bars[index] : undefined;
  }

  /** Puts bars in the place of those of the same intervals, or where they belong; what is given holds. */
  put(bars: readonly Bar[]): void {
    this.#bars = mergeBars(this.#bars, bars);
  }

  /** Leaves out all but the newest. */
  keep(newest: number): void {
    if (this.#bars.length > newest) this.#bars = this.#bars.slice(this.#bars.length - newest);
  }

  /** Where a bar of that time is, or would be: from the end, where most of them are looked for. */
  #place(at: number): number {
    let [from, to] = [0, this.#bars.length];
    if ((this.#bars.at(-1)?.at ?? Infinity) <= at) from = to - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#bars[middle]!.at < at) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/**
 * Two runs of bars as one, by time, each interval once: where both have one, that of `fresh` holds. Both are in order and
 * may overlap in any way.
 */
export function mergeBars(known: readonly Bar[], fresh: readonly Bar[]): readonly Bar[] {
  if (fresh.length === 0) return known;
  const merged: Bar[] = [];
  let next = 0;
  for (const bar of known) {
    while (next < fresh.length && fresh[next]!.at < bar.at) merged.push(fresh[next++]!);
    if (next < fresh.length && fresh[next]!.at === bar.at) merged.push(fresh[next++]!);
    else merged.push(bar);
  }
  while (next < fresh.length) merged.push(fresh[next++]!);
  return merged;
}

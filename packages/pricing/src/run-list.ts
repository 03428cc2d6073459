/** Consecutive ids, both ends included. */
export interface IdRun {
  readonly first: number;
  readonly last: number;
}

/** Runs in two columns: plain lists of numbers, which engines keep unboxed. */
interface Block {
  readonly firsts: number[];
  readonly lasts: number[];
}

/** Runs that a block holds before it is split: few enough that inserting in the middle moves little. */
const maxBlockRuns = 512;

/** Runs in order, none of which touches the next; in blocks, so that changes in the middle of many stay cheap. */
export class RunList {
  /** No block is empty. */
  readonly #blocks: Block[] = [];

  *runs(): Generator<IdRun> {
    for (const { firsts, lasts } of this.#blocks)
      for (let index = 0; index < firsts.length; index++) yield { first: firsts[index]!, last: lasts[index]! };
  }

  overlaps(first: number, last: number): boolean {
    const block = this.#blocks[this.#blockOf(first)];
    return block !== undefined && block.firsts[indexOf(block, first)]! <= last;
  }

  /** Adds a run behind all others, which it must not touch. */
  push(first: number, last: number): void {
    this.#insertAt(this.#blocks.length, 0, first, last);
  }

  /** Takes out every run that shares an id with first..last, or borders on it. @returns Them and first..last as one run. */
  swallow(first: number, last: number): IdRun & { /** Ids of first..last that were held. */ readonly held: number } {
    const merged = { first, last, held: 0 };
    let at = this.#blockOf(first - 1);
    for (let block = this.#blocks[at]; block !== undefined; block = this.#blocks[at]) {
      const from = indexOf(block, first - 1);
      let to = from;
      for (; to < block.firsts.length && block.firsts[to]! <= last + 1; to++) {
        const [runFirst, runLast] = [block.firsts[to]!, block.lasts[to]!];
        merged.held += Math.max(0, Math.min(last, runLast) - Math.max(first, runFirst) + 1);
        if (runFirst < merged.first) merged.first = runFirst;
        if (runLast > merged.last) merged.last = runLast;
      }
      if (to === from) break;
      const wasLast = to === block.firsts.length;
      block.firsts.splice(from, to - from);
      block.lasts.splice(from, to - from);
      if (block.firsts.length === 0) this.#blocks.splice(at, 1);
      else at++;
      if (!wasLast) break;
    }
    return merged;
  }

  /** Adds a run that touches no other. */
  insert(first: number, last: number): void {
    const at = this.#blockOf(first);
    const block = this.#blocks[at];
    this.#insertAt(at, block === undefined ? 0 : indexOf(block, first), first, last);
  }

  #insertAt(at: number, index: number, first: number, last: number): void {
    const block = this.#blocks[at] ?? this.#blocks[at - 1];
    if (block === undefined) {
      this.#blocks.push({ firsts: [first], lasts: [last] });
      return;
    }
    const { firsts, lasts } = block;
    if (this.#blocks[at] === undefined) {
      firsts.push(first);
      lasts.push(last);
    } else {
      firsts.splice(index, 0, first);
      lasts.splice(index, 0, last);
    }
    if (firsts.length <= maxBlockRuns) return;
    // A list that grows at its end keeps its blocks full; one that grows anywhere splits them in two.
    const keep = this.#blocks[at] === undefined ? maxBlockRuns : maxBlockRuns / 2;
    this.#blocks.splice(this.#blocks.indexOf(block) + 1, 0, { firsts: firsts.splice(keep), lasts: lasts.splice(keep) });
  }

  /** The first block whose last run ends at `id` or later; the number of blocks where there is none. */
  #blockOf(id: number): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blocks[middle]!.lasts.at(-1)! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first run of a block that ends at `id` or later. */
function indexOf({ lasts }: Block, id: number): number {
  let [low, high] = [0, lasts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lasts[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Runs of consecutive ids, both ends included, in two columns: plain lists of numbers, which engines keep unboxed. */
interface Block {
  readonly firsts: number[];
  readonly lasts: number[];
}

/** Runs that a block holds before it is split: few enough that inserting in the middle moves little. */
const maxBlockRuns = 512;

/**
 * A set of ids, kept as runs of consecutive ones: what a source numbers without gaps takes two numbers, however many ids
 * there are. Ids are safe integers, not negative. Appending takes constant time; anything else grows with the logarithm of
 * the number of runs.
 */
export class IdRuns {
  /** In order; none is empty, and no run touches the next. In blocks, so that changes in the middle of many stay cheap. */
  readonly #blocks: Block[] = [];

  /** Adds the ids from `first` to `last` if not one of them is held, and says whether it did. */
  addAbsent(first: number, last = first): boolean {
    const at = this.#blockOf(first);
    const block = this.#blocks[at];
    const index = block === undefined ? 0 : indexOf(block, first);
    const next = block?.firsts[index];
    if (next !== undefined && next <= last) return false;
    // The run before may be the last one of the block before.
    const blockBefore = index > 0 ? block : this.#blocks[at - 1];
    const before = (index > 0 ? index : (blockBefore?.lasts.length ?? 0)) - 1;
    const follows = blockBefore?.lasts[before] === first - 1;
    const precedes = next === last + 1;
    if (follows) {
      blockBefore.lasts[before] = precedes ? block!.lasts[index]! : last;
      if (precedes) this.#remove(at, index);
    } else if (precedes) block!.firsts[index] = first;
    else this.#insert(at, index, first, last);
    return true;
  }

  #remove(at: number, index: number): void {
    const { firsts, lasts } = this.#blocks[at]!;
    firsts.splice(index, 1);
    lasts.splice(index, 1);
    if (firsts.length === 0) this.#blocks.splice(at, 1);
  }

  /** Behind all blocks a run goes to the end of the last. */
  #insert(at: number, index: number, first: number, last: number): void {
    const behind = at === this.#blocks.length;
    if (behind && at === 0) this.#blocks.push({ firsts: [], lasts: [] });
    const own = behind ? this.#blocks.length - 1 : at;
    const { firsts, lasts } = this.#blocks[own]!;
    firsts.splice(behind ? firsts.length : index, 0, first);
    lasts.splice(behind ? lasts.length : index, 0, last);
    if (firsts.length <= maxBlockRuns) return;
    // A list that grows at its end keeps its blocks full; one that grows anywhere splits them in two.
    const keep = behind ? maxBlockRuns : maxBlockRuns / 2;
    this.#blocks.splice(own + 1, 0, { firsts: firsts.splice(keep), lasts: lasts.splice(keep) });
  }

  /** The first block whose last run ends at `id` or later; the number of blocks where there is none, as for nearly every id. */
  #blockOf(id: number): number {
    const { length } = this.#blocks;
    if (length === 0 || this.#blocks[length - 1]!.lasts.at(-1)! < id) return length;
    let [low, high] = [0, length - 1];
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

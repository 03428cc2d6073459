const smallest = 256;
/** Room after growing, as a multiple of the room before. */
const growth = 1.5;

/**
 * The numbers of timers, ordered by their instants and then by themselves: a binary min-heap over two flat arrays, 16
 * bytes for each timer, so that a million of them are 16 to 24 MB and nothing that the garbage collector looks at.
 */
export class TimerHeap {
  #ats = new Float64Array(smallest);
  #seqs = new Float64Array(smallest);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The earliest instant; `Infinity` when empty. */
  get firstAt(): number {
    return this.#size === 0 ? Infinity : this.#ats[0]!;
  }

  /** The number of the earliest timer. Not to be asked when empty. */
  get firstSeq(): number {
    return this.#seqs[0]!;
  }

  push(at: number, seq: number): void {
    this.append(at, seq);
    const ats = this.#ats;
    const seqs = this.#seqs;
    let index = this.#size - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentAt = ats[parent]!;
      if (at > parentAt || (at === parentAt && seq > seqs[parent]!)) break;
      ats[index] = parentAt;
      seqs[index] = seqs[parent]!;
      index = parent;
    }
    ats[index] = at;
    seqs[index] = seq;
  }

  /** Removes the earliest timer. */
  pop(): void {
    if (this.#size === 0) return;
    const last = --this.#size;
    if (last > 0) this.#sink(0, this.#ats[last]!, this.#seqs[last]!);
    if (this.#ats.length > smallest && this.#size < this.#ats.length / 4) this.#resize(this.#ats.length / 2);
  }

  /** Adds a timer out of order: {@link order} must follow before anything else is asked. */
  append(at: number, seq: number): void {
    if (this.#size === this.#ats.length) this.#resize(this.#size * growth);
    this.#ats[this.#size] = at;
    this.#seqs[this.#size++] = seq;
  }

  /** Puts everything in order again, in time linear in the size. */
  order(): void {
    for (let index = (this.#size >> 1) - 1; index >= 0; index--) {
      this.#sink(index, this.#ats[index]!, this.#seqs[index]!);
    }
  }

  clear(): void {
    this.#size = 0;
    this.#resize(0);
  }

  /** Removes every timer that `gone` holds. */
  remove(gone: ReadonlySet<number>): void {
    let kept = 0;
    for (let index = 0; index < this.#size; index++) {
      const seq = this.#seqs[index]!;
      if (gone.has(seq)) continue;
      this.#ats[kept] = this.#ats[index]!;
      this.#seqs[kept++] = seq;
    }
    this.#size = kept;
    if (kept < this.#ats.length / 4) this.#resize(kept * growth);
    this.order();
  }

  /** Sets a timer down at `index` or below, where it belongs. */
  #sink(index: number, at: number, seq: number): void {
    const ats = this.#ats;
    const seqs = this.#seqs;
    const size = this.#size;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && (ats[right]! < ats[child]! || (ats[right] === ats[child] && seqs[right]! < seqs[child]!)))
        child = right;
      const childAt = ats[child]!;
      if (childAt > at || (childAt === at && seqs[child]! > seq)) break;
      ats[index] = childAt;
      seqs[index] = seqs[child]!;
      index = child;
    }
    ats[index] = at;
    seqs[index] = seq;
  }

  #resize(room: number): void {
    const length = Math.max(smallest, Math.ceil(room));
    const resized = (from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(length);
      to.set(from.subarray(0, this.#size));
      return to;
    };
    this.#ats = resized(this.#ats);
    this.#seqs = resized(this.#seqs);
  }
}

/** What {@link Backlog.add} did with a message: `full` means that the connection must end. */
export type Backlogged = 'waits' | 'dropped' | 'full';

export interface BacklogOptions {
  /** Bytes of everything that may wait. */
  readonly maxBytes: number;
  readonly whenSlow: 'disconnect' | 'drop';
}

interface Waiting<Frame> {
  readonly frame: Frame;
  readonly bytes: number;
  readonly key: string | undefined;
}

/**
 * What waits for one client that reads slower than it is sent to, for engines that hold sockets themselves: bounded, in
 * order, and of each key only the newest. Where that takes the place of an older one, it waits behind what came between.
 */
export class Backlog<Frame> {
  readonly #maxBytes: number;
  readonly #whenSlow: BacklogOptions['whenSlow'];
  /** By the order of arrival. */
  readonly #waiting = new Map<number, Waiting<Frame>>();
  readonly #places = new Map<string, number>();
  /** Arrivals without a key, oldest first, from `#looseStart` on. */
  readonly #loose: number[] = [];
  #looseStart = 0;
  #arrivals = 0;
  #bytes = 0;

  constructor({ maxBytes, whenSlow }: BacklogOptions) {
    this.#maxBytes = maxBytes;
    this.#whenSlow = whenSlow;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Bytes of what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Has a message wait.
   *
   * @param key - What it is the news of: an older message of the key waits no longer.
   * @param elsewhereBytes - Bytes for this client that wait outside of here, and count as well. @default 0
   */
  add(frame: Frame, bytes: number, key?: string, elsewhereBytes = 0): Backlogged {
    if (key !== undefined) this.#removeKey(key);
    const over = (): boolean => this.#bytes + elsewhereBytes + bytes > this.#maxBytes;
    if (over()) {
      if (this.#whenSlow === 'disconnect') return 'full';
      if (key === undefined) return 'dropped';
      while (over() && this.#looseStart < this.#loose.length) this.#remove(this.#loose.pop()!);
      if (over()) return 'full';
    }
    const place = this.#arrivals++;
    this.#waiting.set(place, { frame, bytes, key });
    this.#bytes += bytes;
    if (key === undefined) this.#loose.push(place);
    else this.#places.set(key, place);
    return 'waits';
  }

  /** The message that has waited longest. */
  get first(): Frame | undefined {
    return this.#waiting.values().next().value?.frame;
  }

  /** Takes the message that has waited longest. */
  take(): Frame | undefined {
    const first = this.#waiting.entries().next();
    if (first.done === true) return undefined;
    const [place, { frame, key }] = first.value;
    this.#remove(place);
    if (key === undefined) this.#looseStart++;
    else this.#places.delete(key);
    this.#compact();
    return frame;
  }

  clear(): void {
    this.#waiting.clear();
    this.#places.clear();
    this.#loose.length = 0;
    this.#looseStart = 0;
    this.#bytes = 0;
  }

  #removeKey(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    this.#remove(place);
  }

  #remove(place: number): void {
    this.#bytes -= this.#waiting.get(place)!.bytes;
    this.#waiting.delete(place);
  }

  /** Forgets the places of what was taken, now and then: each is moved once at most for each that is taken. */
  #compact(): void {
    if (this.#looseStart < 64 || this.#looseStart * 2 < this.#loose.length) return;
    this.#loose.splice(0, this.#looseStart);
    this.#looseStart = 0;
  }
}

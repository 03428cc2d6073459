import { Heap } from '@portolan/kernel';
import type { Alarm } from '@portolan/node';

/** Something stored that falls due. Ordered by `due`, then by a key of its owner's. */
export interface Due {
  /** Milliseconds since 1970. */
  readonly due: number;
  /** It must not come any more; memory lets it go when its turn comes. */
  gone: boolean;
}

/** Where the entries of a window lie. */
export interface DueSource<E extends Due> {
  /** A total order, by `due` first, the same as that of `load`. */
  readonly before: (left: E, right: E) => boolean;
  /** Entries as they are stored, in order, beginning after `after`. */
  readonly load: (after: E | undefined, limit: number) => readonly E[];
  /** An entry is about to be kept in memory. @returns False when it is there already, waiting or under way. */
  readonly admit: (entry: E) => boolean;
  /** An entry is let go before its turn: it will be loaded again. */
  readonly release: (entry: E) => void;
}

/** Entries kept in memory; twice as many make it let go of the later half. */
const keptInMemory = 20_000;
/** Entries read at a time, a few milliseconds' worth. */
const loadedAtOnce = 2_000;
/** Pause before a failed read is tried again, in milliseconds. */
const retryMs = 1_000;

/**
 * The entries that fall due first, in memory, and an alarm for the first of them; all later ones stay in the file and
 * are loaded as the window drains, so that a million of them cost neither start-up time nor memory.
 */
export class DueWindow<E extends Due> {
  readonly #alarm: Alarm;
  readonly #source: DueSource<E>;
  readonly #ring: () => void;
  #heap: Heap<E>;
  /** Everything up to here is in memory; `undefined` when nothing was loaded yet. */
  #upTo: E | undefined;
  /** Nothing is stored beyond what is in memory. */
  #complete = false;
  #armedFor = Infinity;
  #cancel: () => void = () => {};
  #cancelRetry: () => void = () => {};
  #stopped = false;

  /** @param ring - Called when something may be due. */
  constructor(alarm: Alarm, source: DueSource<E>, ring: () => void) {
    this.#alarm = alarm;
    this.#source = source;
    this.#ring = ring;
    this.#heap = new Heap(source.before);
  }

  /** Entries in memory. */
  get size(): number {
    return this.#heap.size;
  }

  /** Takes note of an entry that has been stored. */
  push(entry: E): void {
    const covered = this.#complete || (this.#upTo !== undefined && this.#source.before(entry, this.#upTo));
    if (!covered || !this.#source.admit(entry)) return;
    this.#heap.push(entry);
    if (this.#heap.size >= 2 * keptInMemory) this.#shrink();
    if (entry.due < this.#armedFor) this.#arm();
  }

  /** Takes out the first entry if it is due. */
  take(now: number): E | undefined {
    const first = this.#first();
    return first !== undefined && first.due <= now ? this.#heap.pop() : undefined;
  }

  /** Rings again when the first entry is due; to be called when `take` has given nothing more. */
  rest(): void {
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#cancelRetry();
  }

  #first(): E | undefined {
    let readable = true;
    for (;;) {
      if (readable && !this.#complete && this.#heap.size < loadedAtOnce) readable = this.#load();
      const first = this.#heap.peek();
      if (first === undefined || !first.gone) return first;
      this.#heap.pop();
    }
  }

  /** @returns False when the file could not be read just now: the alarm then rings again soon. */
  #load(): boolean {
    const loaded = this.#read();
    if (loaded === undefined) return false;
    this.#complete = loaded.length < loadedAtOnce;
    this.#upTo = loaded.at(-1) ?? this.#upTo;
    for (const entry of loaded) if (this.#source.admit(entry)) this.#heap.push(entry);
    return true;
  }

  #read(): readonly E[] | undefined {
    try {
      return this.#source.load(this.#upTo, loadedAtOnce);
    } catch {
      this.#cancelRetry();
      this.#cancelRetry = this.#alarm.schedule(this.#alarm.clock.now() + retryMs, () => this.#ring());
      return undefined;
    }
  }

  #shrink(): void {
    const kept: E[] = [];
    while (kept.length < keptInMemory) {
      const entry = this.#heap.pop();
      if (entry === undefined) break;
      if (!entry.gone) kept.push(entry);
    }
    if (this.#heap.size > 0) {
      for (let dropped = this.#heap.pop(); dropped !== undefined; dropped = this.#heap.pop())
        this.#source.release(dropped);
      this.#complete = false;
      this.#upTo = kept.at(-1);
    }
    for (const entry of kept) this.#heap.push(entry);
  }

  #arm(): void {
    if (this.#stopped) return;
    const due = this.#first()?.due ?? Infinity;
    if (due === this.#armedFor) return;
    this.#cancel();
    this.#armedFor = due;
    if (due === Infinity) return;
    this.#cancel = this.#alarm.schedule(due, () => {
      this.#armedFor = Infinity;
      this.#ring();
    });
  }
}

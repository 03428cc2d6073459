import type { Alarm } from '@portolan/node';
import { TimerHeap } from './timer-heap.ts';

/** A timer by its number in the file. */
export interface Slot {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seq: number;
}

/** Many of them: instants and, in the same order, numbers. */
export interface Slots {
  readonly ats: readonly number[];
  readonly seqs: readonly number[];
}

/** Cancelled timers that are let lie at least, so that a few of them are no reason to go through the heap. */
const fewCancelled = 1_024;
/** Pause before what failed is tried again, in milliseconds. */
const retryMs = 1_000;

/** When each timer is due, all of them, in memory only; and an alarm for the first. */
export class TimerSchedule {
  readonly #alarm: Alarm;
  readonly #ring: () => void;
  readonly #heap = new TimerHeap();
  /** Numbers that may still be in the heap. They are passed over, or thrown out when they become many. */
  readonly #cancelled = new Set<number>();
  #armedFor = Infinity;
  #disarm: () => void = () => {};
  #cancelRetry: () => void = () => {};
  #stopped = false;

  /** @param ring - Called when something may be due. */
  constructor(alarm: Alarm, ring: () => void) {
    this.#alarm = alarm;
    this.#ring = ring;
  }

  /** Timers in memory, with those that were cancelled and not thrown out yet. */
  get size(): number {
    return this.#heap.size;
  }

  /** Takes note of all timers that are stored; {@link rest} must follow. May be done anew when `pages` throws. */
  fill(pages: Iterable<Slots>): void {
    this.#heap.clear();
    for (const { ats, seqs } of pages) ats.forEach((at, index) => this.#heap.append(at, seqs[index]!));
    this.#heap.order();
  }

  add({ at, seq }: Slot): void {
    this.#heap.push(at, seq);
    if (at < this.#armedFor) this.rest();
  }

  /** One that is not here, because it is under way, does no harm. */
  cancel(seq: number): void {
    this.#cancelled.add(seq);
    if (this.#cancelled.size < Math.max(fewCancelled, this.#heap.size / 4)) return;
    this.#heap.remove(this.#cancelled);
    this.#cancelled.clear();
  }

  /** Takes out what is due, the earliest first. */
  take(now: number, limit: number): readonly Slot[] {
    const due: Slot[] = [];
    while (due.length < limit && this.#heap.size > 0 && this.#heap.firstAt <= now) {
      const slot = { at: this.#heap.firstAt, seq: this.#heap.firstSeq };
      this.#heap.pop();
      if (!this.#cancelled.delete(slot.seq)) due.push(slot);
    }
    return due;
  }

  /** Whether there is more to take. */
  isDue(now: number): boolean {
    return this.#heap.firstAt <= now;
  }

  /** Rings when the first timer is due; to be called when `take` has given nothing more. */
  rest(): void {
    const at = this.#heap.firstAt;
    if (this.#stopped || at === this.#armedFor) return;
    this.#disarm();
    this.#armedFor = at;
    if (at === Infinity) return;
    this.#disarm = this.#alarm.schedule(at, () => {
      this.#armedFor = Infinity;
      this.#ring();
    });
  }

  /** Rings after a pause though timers are due: whoever took some has enough to do for now. */
  pause(pauseMs: number): void {
    if (this.#stopped) return;
    this.#disarm();
    this.#armedFor = this.#alarm.clock.now() + pauseMs;
    this.#disarm = this.#alarm.schedule(this.#armedFor, () => {
      this.#armedFor = Infinity;
      this.#ring();
    });
  }

  /** Takes back what could not be delivered; {@link retry} must follow, as an alarm for it would ring at once. */
  putBack(slots: readonly Slot[]): void {
    for (const { at, seq } of slots) this.#heap.push(at, seq);
  }

  /** Rings a second from now, after something has failed. */
  retry(): void {
    if (this.#stopped) return;
    this.#cancelRetry();
    this.#cancelRetry = this.#alarm.schedule(this.#alarm.clock.now() + retryMs, this.#ring);
  }

  stop(): void {
    this.#stopped = true;
    this.#disarm();
    this.#cancelRetry();
  }
}

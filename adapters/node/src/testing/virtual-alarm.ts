import { Heap } from '@portolan/kernel';
import type { Alarm } from '../alarm.ts';

interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
  cancelled: boolean;
}

/** 2026-01-01T00:00:00Z */
const defaultStart = 1_767_225_600_000;

/** Time that moves only when a test says so. */
export class VirtualAlarm implements Alarm {
  readonly clock = { now: (): number => this.#now };
  readonly #scheduled = new Heap<Scheduled>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  #now: number;
  #order = 0;

  constructor(start: number = defaultStart) {
    this.#now = start;
  }

  schedule(at: number, ring: () => void): () => void {
    const scheduled = { at, order: this.#order++, ring, cancelled: false };
    this.#scheduled.push(scheduled);
    return () => {
      scheduled.cancelled = true;
    };
  }

  /** When the next alarm rings; `Infinity` when none will. */
  get next(): number {
    while (this.#scheduled.peek()?.cancelled === true) this.#scheduled.pop();
    return this.#scheduled.peek()?.at ?? Infinity;
  }

  /** Sets the clock, either way, and rings nothing. */
  set(now: number): void {
    this.#now = now;
  }

  /** Rings all that has come due, but not what is scheduled meanwhile: that is for the next turn. @returns Whether any did. */
  ring(): boolean {
    const due: Scheduled[] = [];
    while (this.next <= this.#now) due.push(this.#scheduled.pop()!);
    for (const scheduled of due) if (!scheduled.cancelled) scheduled.ring();
    return due.length > 0;
  }
}

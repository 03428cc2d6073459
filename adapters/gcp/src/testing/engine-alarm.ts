import type { Alarm } from '@portolan/node';

/** An alarm by an engine's clock, which rings when it is told that time has passed. */
export class EngineAlarm implements Alarm {
  readonly clock: { now(): number };
  readonly #scheduled = new Set<{ readonly at: number; readonly ring: () => void }>();

  constructor(now: () => number) {
    this.clock = { now };
  }

  schedule(at: number, ring: () => void): () => void {
    const scheduled = { at, ring };
    this.#scheduled.add(scheduled);
    return () => this.#scheduled.delete(scheduled);
  }

  /** When the next rings; `Infinity` when none will. */
  get next(): number {
    return [...this.#scheduled].reduce((least, { at }) => Math.min(least, at), Infinity);
  }

  /** Rings what has come due. @returns Whether anything did. */
  ring(): boolean {
    const due = [...this.#scheduled].filter(({ at }) => at <= this.clock.now()).sort((a, b) => a.at - b.at);
    for (const scheduled of due) {
      this.#scheduled.delete(scheduled);
      scheduled.ring();
    }
    return due.length > 0;
  }
}

import type { Alarm } from '@portolan/node';
import { pause } from '../pause.ts';

/** Spaces requests evenly, and holds all of them off where the server asks for it. */
export class Pace {
  readonly #alarm: Alarm;
  readonly #spacingMs: number;
  #freeAt = -Infinity;

  constructor(alarm: Alarm, perSecond: number) {
    this.#alarm = alarm;
    this.#spacingMs = 1_000 / perSecond;
  }

  /** Waits for this request's turn. @returns false where the signal ended the wait. */
  async turn(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const now = this.#alarm.clock.now();
      // A clock that was set back must not hold requests off for longer than it was meant to.
      if (this.#freeAt - now > maxHoldOffMs) this.#freeAt = now;
      if (signal.aborted) return false;
      if (this.#freeAt <= now) {
        this.#freeAt = now + this.#spacingMs;
        return true;
      }
      await pause(this.#alarm, this.#freeAt - now, signal);
    }
  }

  /** No request goes out for so long; at most {@link maxHoldOffMs}. */
  holdOff(forMs: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#alarm.clock.now() + Math.min(forMs, maxHoldOffMs));
  }
}

export const maxHoldOffMs = 300_000;

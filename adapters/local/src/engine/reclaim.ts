import type { Engine } from './engine.ts';

/** Pause before expired rows are looked for again, in milliseconds. Nobody sees them, so nothing presses. */
const restMs = 60_000;
/** Rows that one step takes, so that no commit becomes long. */
const rowsPerStep = 500;

/** What expires and can be removed. */
export interface Expiring {
  /** The earliest expiry that is stored; milliseconds since 1970. */
  earliest(): number | undefined;
  /** Removes up to `limit` rows whose expiry is not after `now`. Called inside a write. @returns How many it removed. */
  remove(now: number, limit: number): number;
}

/** Removes expired rows in the background, in small steps, and sleeps while nothing expires. */
export class Reclaimer {
  readonly #engine: Engine;
  readonly #expiring: Expiring;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(engine: Engine, expiring: Expiring) {
    this.#engine = engine;
    this.#expiring = expiring;
    const earliest = engine.read(() => expiring.earliest());
    if (earliest !== undefined) this.expect(earliest);
  }

  /** Something expires at `at`. */
  expect(at: number): void {
    if (this.#stopped) return;
    const { alarm } = this.#engine;
    this.#cancel ??= alarm.schedule(Math.max(at, alarm.clock.now() + restMs), () => void this.#reclaim());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #reclaim(): Promise<void> {
    let next: number | undefined;
    try {
      while (
        (await this.#engine.write(() => this.#expiring.remove(this.#engine.alarm.clock.now(), rowsPerStep))) ===
        rowsPerStep
      );
      next = this.#engine.read(() => this.#expiring.earliest());
    } catch {
      // A disk that refuses now may have recovered after the rest; once the engine is closed, nobody is left to ask.
      next = 0;
    }
    this.#cancel = undefined;
    if (next !== undefined && !this.#engine.closed) this.expect(next);
  }
}

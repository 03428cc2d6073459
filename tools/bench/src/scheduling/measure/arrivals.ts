/** Takes down when each task ran, and whether every one did. */
export class Arrivals {
  readonly #dueAt: (n: number) => number;
  /** Milliseconds since 1970, by number; 0 for those that have not come. */
  readonly #at: Float64Array;
  readonly #all: Promise<void>;
  #tellAll: () => void = () => {};
  #came = 0;
  #twice = 0;
  #early = 0;
  #lastAt = 0;

  constructor(count: number, dueAt: (n: number) => number) {
    this.#dueAt = dueAt;
    this.#at = new Float64Array(count);
    this.#all = new Promise((resolve) => {
      this.#tellAll = resolve;
    });
  }

  readonly note = (n: number): void => {
    const now = Date.now();
    if (now < this.#dueAt(n)) this.#early++;
    if (this.#at[n] !== 0) {
      this.#twice++;
      return;
    }
    this.#at[n] = now;
    this.#lastAt = now;
    if (++this.#came === this.#at.length) this.#tellAll();
  };

  /** When the last of those that came ran. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Waits until all have come, or until none has come for `patienceMs` after the last was due: the rest is lost. */
  async wait(patienceMs: number, lastDueAt: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<void>((resolve) => {
      const look = (): void => {
        const quietFrom = Math.max(this.#lastAt, lastDueAt);
        const leftMs = quietFrom + patienceMs - Date.now();
        if (leftMs <= 0) resolve();
        else timer = setTimeout(look, leftMs);
      };
      look();
    });
    await Promise.race([this.#all, silence]);
    clearTimeout(timer);
  }

  /** Milliseconds late, of those that came. */
  lateness(): Float64Array {
    return this.#at.map((at, n) => at - this.#dueAt(n)).filter((_late, n) => this.#at[n] !== 0);
  }

  get audit(): { readonly lost: number; readonly early: number; readonly twice: number } {
    return { lost: this.#at.length - this.#came, early: this.#early, twice: this.#twice };
  }
}

/** One after the other for each key: writers of one process, which would only make each other try again. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs when all that came before for this key has ended. */
  async take<T>(key: string, run: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(run, run);
    const settled = turn.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}

import type { Engine } from '../engine/engine.ts';

/**
 * Joins writes to one place that wait for the same commit, so that a counter which a thousand callers increment is read
 * and written once. Each caller gets its own outcome.
 */
export class JointWrites<One, Outcome> {
  readonly #engine: Engine;
  readonly #open = new Map<string, { readonly ones: One[]; readonly written: Promise<readonly (Outcome | Error)[]> }>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * @param work - Does all of the writes, in order. Runs inside the transaction, perhaps twice.
   * @returns Rejects where this one's outcome is an error.
   */
  async join(place: string, one: One, work: (ones: readonly One[]) => readonly (Outcome | Error)[]): Promise<Outcome> {
    let joint = this.#open.get(place);
    if (joint === undefined) {
      const ones: One[] = [];
      const run = (): readonly (Outcome | Error)[] => {
        this.#open.delete(place);
        return work(ones);
      };
      joint = { ones, written: this.#engine.write(run) };
      this.#open.set(place, joint);
    }
    const index = joint.ones.push(one) - 1;
    const outcome = (await joint.written)[index]!;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }
}

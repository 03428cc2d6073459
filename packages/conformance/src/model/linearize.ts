import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '@portolan/kernel';
import { things } from '../table/things.ts';

/** A call to the engine, and a model of it: what it would have done to a state, and whether it answered so. */
export interface Answered<State> {
  /**
   * Does to a copy of the state what the call would have done.
   *
   * @returns The state after it, or undefined where the engine's answer cannot have come from this state.
   */
  explain(state: State): State | undefined;
}

/**
 * Every state that the engine may be in after calls that ran at the same time: one for each order of the calls that
 * explains all of the answers. None is left when no order does, so that the engine is not linearizable.
 *
 * @see Herlihy and Wing, "Linearizability: A Correctness Condition for Concurrent Objects", ACM TOPLAS 12(3), 1990.
 */
export function linearize<State>(before: readonly State[], calls: readonly Answered<State>[]): State[] {
  if (calls.length === 0) return [...before];
  return calls.flatMap((call, index) => {
    const after = before.map((state) => call.explain(state)).filter((state) => state !== undefined);
    return after.length === 0 ? [] : linearize(after, calls.toSpliced(index, 1));
  });
}

/**
 * Which opaque version of the engine stands for which of the reference. Within one key they pair one for one: the engine's
 * versions of two items may be alike.
 */
export class VersionPairs {
  readonly #toReference: ReadonlyMap<string, string>;
  readonly #toEngine: ReadonlyMap<string, string>;

  constructor(pairs: readonly (readonly [engine: string, reference: string])[] = []) {
    this.#toReference = new Map(pairs);
    this.#toEngine = new Map(pairs.map(([engine, reference]) => [reference, engine]));
  }

  /** The reference's version; one that was never paired matches nothing. */
  reference(key: object, engine: string): string {
    return this.#toReference.get(within(key, engine)) ?? `unpaired ${engine}`;
  }

  /** The engine's version, where one was seen. */
  engine(reference: string): string | undefined {
    return this.#toEngine.get(reference);
  }

  /** @returns Pairs that hold this one too, or undefined where it contradicts another: a version came twice, or changed. */
  with(key: object, engine: string, reference: string): VersionPairs | undefined {
    const own = within(key, engine);
    if (this.#toReference.get(own) === reference) return this;
    if (this.#toReference.has(own) || this.#toEngine.has(reference)) return undefined;
    return new VersionPairs([...this.#toReference, [own, reference]]);
  }
}

const within = (key: object, version: string): string => JSON.stringify([...keyOf(things, key), version]);

export const same = (left: unknown, right: unknown): boolean => isDeepStrictEqual(left, right);

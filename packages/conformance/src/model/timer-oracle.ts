import assert from 'node:assert/strict';
import type { Received } from '../suite/inbox.ts';
import { fateOf, laterMs, perform, type Fate, type Plan } from './fates.ts';

interface Life {
  readonly id: string;
  readonly at: number;
  /** The payload that counts: of the first set. */
  readonly n: number;
  readonly plan: Plan;
  readonly fate: Fate;
  calls: number;
  notBefore: number;
  /**
   * - `standing`: it has to fire until it has ended.
   * - `ended`: it was handled, or is dead.
   * - `cancelled`: before its instant, so it must never fire.
   * - `open`: the contract leaves it open whether it fires: it was cancelled after its instant had come, or set again
   *   after it had ended.
   */
  state: 'standing' | 'ended' | 'cancelled' | 'open';
}

/** Knows of each timer whether it has to fire, does with it as planned, and notes what went wrong. */
export class TimerOracle {
  readonly #maxAttempts: number;
  readonly #strict: boolean;
  readonly #lives = new Map<string, Life>();
  readonly #wrong: string[] = [];
  #sets = 0;

  /** @param strict - Whether each timer has to fire exactly as often as planned: where the engine makes no duplicates. */
  constructor(maxAttempts: number, strict: boolean) {
    this.#maxAttempts = maxAttempts;
    this.#strict = strict;
  }

  /**
   * Takes note of a timer that is about to be set.
   *
   * @returns The number to carry in its payload, and what to call once the set was answered.
   */
  setting(id: string, at: number, plan: Plan): { readonly n: number; readonly answered: () => void } {
    const n = this.#sets++;
    const life = this.#lives.get(name(id, at));
    if (life === undefined || life.state === 'cancelled') {
      const fate = fateOf(plan, this.#maxAttempts);
      this.#lives.set(name(id, at), { id, at, n, plan, fate, calls: 0, notBefore: at, state: 'standing' });
      return { n, answered: () => undefined };
    }
    // Where it has ended before the answer, it may have been set anew after its end.
    const answered = (): void => {
      if (life.state === 'ended') life.state = 'open';
    };
    answered();
    return { n, answered };
  }

  /** Takes note of a timer that is about to be cancelled. @returns What to call once that was answered, with the time by then. */
  cancelling(id: string, at: number): (now: number) => void {
    const life = this.#lives.get(name(id, at));
    return (now) => {
      if (life?.state === 'standing') life.state = now < at ? 'cancelled' : 'open';
    };
  }

  fire({ id, at, message: { n }, receivedAt, attempt }: Received<{ n: number }>): void {
    const life = this.#lives.get(name(id, at));
    if (life === undefined) return this.#note(`timer ${id} at ${at} fired, which was never set`);
    if (receivedAt < at) this.#note(`timer ${id} fired ${at - receivedAt} ms early`);
    if (life.state === 'cancelled') return this.#note(`timer ${id} fired after its cancellation was answered`);
    if (life.state === 'open') return;
    if (life.state === 'ended') {
      if (this.#strict) this.#note(`timer ${id} fired after its end`);
      return;
    }
    if (n !== life.n) this.#note(`timer ${id} fired with the payload of set ${n}, not of set ${life.n}`);
    if (receivedAt < life.notBefore) this.#note(`timer ${id} came back ${life.notBefore - receivedAt} ms early`);
    const attemptsBefore = life.plan.slice(0, life.calls).filter((outcome) => outcome !== 'later').length;
    if (this.#strict && attempt !== attemptsBefore + 1)
      this.#note(`firing ${life.calls + 1} of timer ${id} said attempt ${attempt}`);
    const outcome = life.plan[life.calls] ?? 'handled';
    life.calls++;
    if (life.calls === life.fate.calls) life.state = 'ended';
    if (outcome === 'later') life.notBefore = receivedAt + laterMs;
    perform(outcome, n);
  }

  #note(what: string): void {
    this.#wrong.push(what);
  }

  assertAllFired(): void {
    const standing = [...this.#lives.values()].filter(({ state }) => state === 'standing');
    assert.deepEqual(
      standing.map(({ id, at, calls }) => `timer ${id} at ${at} after ${calls} firings`),
      [],
      'these never ended',
    );
  }

  assertNothingWrong(): void {
    assert.deepEqual(this.#wrong, []);
  }
}

const name = (id: string, at: number): string => `${at}/${id}`;

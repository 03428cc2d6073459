import assert from 'node:assert/strict';
import type { SendOptions } from '@portolan/kernel';
import type { Received } from '../suite/inbox.ts';
import { fateOf, laterMs, perform, reasonFor, type Fate, type Outcome, type Plan } from './fates.ts';

interface Life {
  readonly n: number;
  readonly plan: Plan;
  readonly fate: Fate;
  readonly key: string;
  calls: number;
  /** Not to be delivered before. */
  notBefore: number;
  ended: boolean;
}

/** Knows of each message what has to become of it, does with it as planned, and notes what went wrong. */
export class QueueOracle {
  readonly #maxAttempts: number;
  readonly #options: { readonly strict: boolean; readonly ordered: boolean };
  readonly #lives = new Map<number, Life>();
  readonly #dedupeIds = new Set<string>();
  readonly #wrong: string[] = [];
  #sent = 0;

  /** @param options.strict - Whether each message has to come exactly as often as planned: where the engine makes no duplicates. */
  constructor(maxAttempts: number, options: { readonly strict: boolean; readonly ordered: boolean }) {
    this.#maxAttempts = maxAttempts;
    this.#options = options;
  }

  /** Takes note of a message. @returns Its number. */
  send({ plan, options }: { readonly plan: Plan; readonly options: SendOptions }, now: number): number {
    const n = this.#sent++;
    if (options.dedupeId !== undefined) {
      if (this.#dedupeIds.has(options.dedupeId)) return n;
      this.#dedupeIds.add(options.dedupeId);
    }
    const notBefore = now + (options.delayMs ?? 0);
    const fate = fateOf(plan, this.#maxAttempts);
    this.#lives.set(n, { n, plan, fate, key: options.orderingKey ?? '', calls: 0, notBefore, ended: false });
    return n;
  }

  receive({ message: { n }, receivedAt, attempt }: Received<{ n: number }>): void {
    const life = this.#lives.get(n);
    if (life === undefined) return this.#note(`message ${n} came, which was dropped as a duplicate`);
    if (life.ended) {
      if (this.#options.strict) this.#note(`message ${n} came after its end`);
      return;
    }
    if (receivedAt < life.notBefore) this.#note(`message ${n} came ${life.notBefore - receivedAt} ms early`);
    if (this.#options.ordered) this.#checkOrder(life);
    const attemptsBefore = life.plan.slice(0, life.calls).filter((outcome) => outcome !== 'later').length;
    if (this.#options.strict && attempt !== attemptsBefore + 1)
      this.#note(`delivery ${life.calls + 1} of message ${n} said attempt ${attempt}`);
    const outcome = life.plan[life.calls] ?? 'handled';
    life.calls++;
    life.ended = life.calls === life.fate.calls;
    if (outcome === 'later') life.notBefore = receivedAt + laterMs;
    perform(outcome, n);
  }

  #checkOrder({ n, key }: Life): void {
    for (const other of this.#lives.values()) {
      if (other.key === key && other.n < n && !other.ended)
        this.#note(`message ${n} came before message ${other.n} of its key had ended`);
    }
  }

  #note(what: string): void {
    this.#wrong.push(what);
  }

  assertAllEnded(): void {
    const open = [...this.#lives.values()]
      .filter(({ ended }) => !ended)
      .map(({ n, calls }) => `message ${n} after ${calls} deliveries`);
    assert.deepEqual(open, [], 'these never ended');
  }

  assertNothingWrong(): void {
    assert.deepEqual(this.#wrong, []);
  }

  /** What has to be among the dead letters. */
  dead(): readonly { readonly n: number; readonly attempts: number; readonly reason: string }[] {
    return [...this.#lives.values()]
      .filter(({ fate }) => fate.end === 'dead')
      .map(({ n, plan, fate }) => ({
        n,
        attempts: fate.attempts,
        reason: reasonFor(plan[fate.calls - 1] as Outcome, n),
      }));
  }

  /** From here on the dead are sent back, and handled. */
  redrive(): void {
    for (const { n } of this.dead()) {
      const fate = fateOf([], this.#maxAttempts);
      // Redriven messages of one key may change places with each other: each is its own key.
      this.#lives.set(n, { n, plan: [], fate, key: `redriven ${n}`, calls: 0, notBefore: 0, ended: false });
    }
  }
}

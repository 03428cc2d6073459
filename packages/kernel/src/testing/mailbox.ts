import { fullJitter, type RetryPolicy } from '../backoff.ts';
import type { ConsumeOptions, Consumer, Consumption } from '../embedded.ts';
import { reasonOf } from '../errors.ts';
import { judgeFailure } from '../invoke.ts';
import type { DeadLetter } from '../queue.ts';
import type { Trace } from '../trace.ts';
import type { World } from './world.ts';

/** A message on its way to one consumer. */
interface Letter {
  readonly id: string;
  readonly json: string;
  readonly at: number;
  readonly trace: Trace | undefined;
  /** Where given, letters of one key are delivered one at a time, in order. */
  readonly orderingKey: string | undefined;
  visibleAt: number;
  attempt: number;
  inFlight: boolean;
}

/** What queues, subscriptions and timers share: at-least-once delivery with backoff and dead letters, in virtual time. */
export class Mailbox {
  readonly #world: World;
  readonly #retry: RetryPolicy;
  readonly #letters = new Map<string, Letter>();
  readonly dead: DeadLetter<unknown>[] = [];
  #consumer: { readonly consume: Consumer; readonly options: ConsumeOptions } | undefined;
  #underWay = 0;
  #idle: (() => void)[] = [];

  constructor(world: World, retry: RetryPolicy) {
    this.#world = world;
    this.#retry = retry;
  }

  has(id: string): boolean {
    return this.#letters.has(id);
  }

  add(
    letter: Pick<Letter, 'id' | 'json' | 'at' | 'trace' | 'visibleAt'> & { readonly orderingKey?: string | undefined },
  ): void {
    const visibleAt = letter.visibleAt + this.#world.lateness();
    this.#letters.set(letter.id, { orderingKey: undefined, ...letter, visibleAt, attempt: 0, inFlight: false });
    this.#wake(visibleAt);
  }

  remove(id: string): void {
    this.#letters.delete(id);
  }

  consume(consume: Consumer, options: ConsumeOptions): Consumption {
    this.#consumer = { consume, options };
    this.#wake(this.#world.now());
    return {
      stop: async () => {
        this.#consumer = undefined;
        if (this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
      },
    };
  }

  /** The process ended: nobody consumes, and what was in flight must come again. */
  crash(): void {
    this.#consumer = undefined;
    this.#underWay = 0;
    this.#idle = [];
    for (const letter of this.#letters.values()) letter.inFlight = false;
  }

  #wake(at: number): void {
    if (at <= this.#world.now()) this.#world.soon(() => this.#deliverDue());
    else this.#world.at(at, () => this.#deliverDue());
  }

  #deliverDue(): void {
    if (this.#consumer === undefined) return;
    const { consume, options } = this.#consumer;
    const due = this.#due();
    const size = options.batchSize === 1 ? due.length : options.batchSize;
    for (let start = 0; start < due.length; start += size)
      this.#deliver(due.slice(start, start + size), consume, options);
  }

  #due(): Letter[] {
    const now = this.#world.now();
    const busy = new Set<string>();
    const due: Letter[] = [];
    for (const letter of this.#letters.values()) {
      const key = letter.orderingKey;
      const ready = !letter.inFlight && letter.visibleAt <= now && !(key !== undefined && busy.has(key));
      if (key !== undefined) busy.add(key);
      if (ready) due.push(letter);
      else if (!letter.inFlight && letter.visibleAt > now) this.#wakeOnce(letter.visibleAt);
    }
    return due.sort((a, b) => a.visibleAt - b.visibleAt);
  }

  // After a jump back of the clock a wake-up may come too soon; the letter is then asked for again when it is due.
  readonly #wakes = new Set<number>();
  #wakeOnce(at: number): void {
    if (this.#wakes.has(at)) return;
    this.#wakes.add(at);
    this.#world.at(at, () => {
      this.#wakes.delete(at);
      this.#deliverDue();
    });
  }

  #deliver(letters: readonly Letter[], consume: Consumer, options: ConsumeOptions): void {
    const deliveries = letters.map((letter) => {
      letter.inFlight = true;
      letter.attempt++;
      const { id, json, at, trace, attempt } = letter;
      return { id, message: JSON.parse(json) as unknown, at, attempt, ...(trace === undefined ? {} : { trace }) };
    });
    this.#underWay += letters.length;
    consume(deliveries).forEach((answer, index) => this.#await(letters[index]!, answer, options.visibilityMs));
  }

  #await(letter: Letter, answer: Promise<void>, visibilityMs: number): void {
    const attempt = letter.attempt;
    const crashes = this.#world.crashes;
    const settle = (outcome: () => void) => (): void => {
      const stale = !letter.inFlight || letter.attempt !== attempt || this.#world.crashes !== crashes;
      if (stale) return;
      letter.inFlight = false;
      outcome();
      this.#finish();
    };
    const failed = (error: unknown) => settle(() => this.#failed(letter, error))();
    answer.then(
      settle(() => this.#handled(letter)),
      failed,
    );
    this.#world.at(this.#world.now() + visibilityMs, () => failed(new Error(`no answer within ${visibilityMs} ms`)), {
      volatile: true,
    });
  }

  #handled(letter: Letter): void {
    if (!this.#world.strikes('duplicate')) this.#letters.delete(letter.id);
    this.#wake(this.#world.now());
  }

  #failed(letter: Letter, error: unknown): void {
    // A letter that was cancelled or set anew while in flight is no longer this mailbox's to retry.
    if (this.#letters.get(letter.id) !== letter) return;
    const verdict = judgeFailure(error, letter.attempt, this.#retry.maxAttempts);
    if (verdict.kind === 'dead') {
      this.#letters.delete(letter.id);
      const { id, json, attempt } = letter;
      this.dead.push({
        id,
        message: JSON.parse(json),
        attempts: attempt,
        reason: reasonOf(error),
        deadAt: this.#world.now(),
      });
      return this.#wake(this.#world.now());
    }
    if (verdict.afterMs !== undefined) letter.attempt--;
    const waitMs = verdict.afterMs ?? fullJitter(letter.attempt, this.#world.random.next(), this.#retry);
    letter.visibleAt = this.#world.now() + waitMs;
    this.#wake(letter.visibleAt);
  }

  #finish(): void {
    this.#underWay--;
    if (this.#underWay > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

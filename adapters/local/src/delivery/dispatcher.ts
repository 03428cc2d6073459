import { formatDuration, type Consumer, type ConsumeOptions, type Delivery } from '@portolan/kernel';
import type { Engine } from '../engine/engine.ts';

/** One delivery under way. */
export class Flight<E> {
  readonly entry: E;
  readonly delivery: Delivery;
  /** When it counts as failed; milliseconds since 1970. */
  readonly deadlineAt: number;
  answered = false;
  failed = false;
  error: unknown;

  constructor(entry: E, delivery: Delivery, deadlineAt: number) {
    this.entry = entry;
    this.delivery = delivery;
    this.deadlineAt = deadlineAt;
  }
}

/** How answers are kept. */
export interface Ledger<E, Written> {
  /** Records answers in the file. Called inside a write, perhaps more than once. */
  readonly record: (answered: readonly Flight<E>[]) => Written;
  /** The answers have been committed, and the flights are over. */
  readonly recorded: (answered: readonly Flight<E>[], written: Written) => void;
}

/** Deliveries under way at once, for each consumer. */
const maxInFlight = 2_000;
/** Pause before answers that could not be recorded are tried again, in milliseconds. */
const retryMs = 1_000;

/** Hands deliveries to a consumer, waits for the answers, and records many of them in one commit. */
export class Dispatcher<E, Written> {
  readonly #engine: Engine;
  readonly #consumer: Consumer;
  readonly #options: ConsumeOptions;
  readonly #ledger: Ledger<E, Written>;
  /** In the order of their deadlines. */
  readonly #flights = new Set<Flight<E>>();
  #answered: Flight<E>[] = [];
  #recording = false;
  #watching: (() => void) | undefined;
  #idle: (() => void)[] = [];

  constructor(engine: Engine, consumer: Consumer, options: ConsumeOptions, ledger: Ledger<E, Written>) {
    this.#engine = engine;
    this.#consumer = consumer;
    this.#options = options;
    this.#ledger = ledger;
  }

  /** How many more deliveries may be under way. */
  get room(): number {
    return maxInFlight - this.#flights.size;
  }

  deliver(letters: readonly { readonly entry: E; readonly delivery: Delivery }[]): void {
    const deadlineAt = this.#engine.alarm.clock.now() + this.#options.visibilityMs;
    const size = this.#options.batchSize === 1 ? letters.length : this.#options.batchSize;
    for (let start = 0; start < letters.length; start += size) {
      const flights = letters
        .slice(start, start + size)
        .map(({ entry, delivery }) => new Flight(entry, delivery, deadlineAt));
      for (const flight of flights) this.#flights.add(flight);
      this.#hand(flights);
    }
    this.#watch();
  }

  /** Resolves when nothing is under way. Nothing must be delivered after it was called. */
  async drain(): Promise<void> {
    if (this.#flights.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#watching?.();
  }

  #hand(flights: readonly Flight<E>[]): void {
    const fail = (flight: Flight<E>) => (error: unknown) => this.#answer(flight, true, error);
    try {
      const answers = this.#consumer(flights.map(({ delivery }) => delivery));
      flights.forEach((flight, index) => {
        answers[index]!.then(() => this.#answer(flight, false, undefined), fail(flight));
      });
    } catch (error) {
      for (const flight of flights) fail(flight)(error);
    }
  }

  #answer(flight: Flight<E>, failed: boolean, error: unknown): void {
    // The answer of a delivery that was given up comes too late.
    if (flight.answered) return;
    flight.answered = true;
    flight.failed = failed;
    flight.error = error;
    this.#answered.push(flight);
    if (!this.#recording) this.#record();
  }

  #record(): void {
    this.#recording = true;
    const recorded = (written: Written): void => {
      this.#recording = false;
      const answered = this.#answered;
      this.#answered = [];
      for (const flight of answered) this.#flights.delete(flight);
      this.#ledger.recorded(answered, written);
      if (this.#flights.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    };
    this.#engine.write(() => this.#ledger.record(this.#answered), recorded).catch(() => this.#recordLater());
  }

  /** The disk does not take the answers: they are kept, and with them their places in flight. */
  #recordLater(): void {
    if (this.#engine.closed) return;
    this.#engine.alarm.schedule(this.#engine.alarm.clock.now() + retryMs, () => this.#record());
  }

  /** Keeps an alarm for the first deadline. Deadlines are rarely met, so one that was answered is only noticed then. */
  #watch(): void {
    if (this.#watching !== undefined) return;
    const first = this.#firstUnanswered();
    if (first === undefined) return;
    this.#watching = this.#engine.alarm.schedule(first.deadlineAt, () => {
      this.#watching = undefined;
      this.#giveUpLate();
      this.#watch();
    });
  }

  #firstUnanswered(): Flight<E> | undefined {
    for (const flight of this.#flights) if (!flight.answered) return flight;
    return undefined;
  }

  #giveUpLate(): void {
    const now = this.#engine.alarm.clock.now();
    for (const flight of this.#flights) {
      if (flight.deadlineAt > now) break;
      this.#answer(flight, true, new Error(`no answer within ${formatDuration(this.#options.visibilityMs)}`));
    }
  }
}

import {
  fullJitter,
  judgeFailure,
  reasonOf,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Delivery,
  type Random,
  type RetryPolicy,
} from '@portolan/kernel';
import type { Engine } from '../engine/engine.ts';
import { Dispatcher, type Flight } from './dispatcher.ts';
import { DueWindow, type Due } from './due-window.ts';
import type { MailboxRows, Place, Received as ReceivedLetter } from './mailbox-rows.ts';
import { decodeTrace } from './trace-text.ts';

/** Pause before letters that could not be received are tried again, in milliseconds. */
const retryMs = 1_000;

interface Entry extends Place, Due {}

/** A letter as it was received. */
interface Received {
  readonly entry: Entry;
  readonly letter: ReceivedLetter;
}

export interface MailboxOptions {
  /** What it belongs to, for messages: `queue "deliveries"`. */
  readonly subject: string;
  readonly retry: RetryPolicy;
  readonly random: Random;
  /** Letters can be cancelled by their id and instant. @default false */
  readonly byId?: boolean;
}

/** One consumer's turn at a mailbox. */
export class MailboxConsumption implements Consumption {
  readonly #engine: Engine;
  readonly #rows: MailboxRows;
  readonly #options: MailboxOptions;
  readonly #dispatcher: Dispatcher<Received, readonly (Place | undefined)[]>;
  readonly #window: DueWindow<Entry>;
  /** By sequence number: those that are taken out of the window and not answered yet. */
  readonly #taken = new Map<number, Entry>();
  #receiving: Promise<void> | undefined;
  #stopped = false;

  constructor(engine: Engine, rows: MailboxRows, options: MailboxOptions, consumer: Consumer, consume: ConsumeOptions) {
    this.#engine = engine;
    this.#rows = rows;
    this.#options = options;
    this.#dispatcher = new Dispatcher(engine, consumer, consume, {
      record: (answered) => this.#recordAll(answered),
      recorded: (answered, written) => {
        for (const { entry } of answered) this.#taken.delete(entry.entry.seq);
        for (const place of written) if (place !== undefined) this.push(place);
        this.#pump();
      },
    });
    this.#window = new DueWindow<Entry>(
      engine.alarm,
      {
        before: (a, b) => a.due < b.due || (a.due === b.due && a.seq < b.seq),
        load: (after, limit) =>
          engine.read(() => rows.load(after, limit)).map(({ due, seq }) => ({ due, seq, gone: false })),
        admit: ({ seq }) => !this.#taken.has(seq),
        release: () => {},
      },
      () => this.#pump(),
    );
    this.#window.rest();
  }

  push({ due, seq }: Place): void {
    if (!this.#stopped) this.#window.push({ due, seq, gone: false });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#window.stop();
    await this.#receiving;
    await this.#dispatcher.drain();
  }

  #pump(): void {
    if (this.#stopped || this.#receiving !== undefined) return;
    const now = this.#engine.alarm.clock.now();
    const due: Entry[] = [];
    while (due.length < this.#dispatcher.room) {
      const entry = this.#window.take(now);
      if (entry === undefined) break;
      this.#taken.set(entry.seq, entry);
      due.push(entry);
    }
    if (due.length === 0) {
      // With no room, the next answers ask again.
      if (this.#dispatcher.room > 0) this.#window.rest();
      return;
    }
    this.#receiving = this.#receive(due).finally(() => {
      this.#receiving = undefined;
      this.#pump();
    });
  }

  async #receive(due: readonly Entry[]): Promise<void> {
    try {
      await this.#engine.write(
        () => this.#countAttempts(due),
        ({ received, promoted }) => {
          const arrived = new Set(received.map(({ entry }) => entry));
          for (const entry of due) if (!arrived.has(entry)) this.#taken.delete(entry.seq);
          for (const place of promoted) this.push(place);
          this.#dispatcher.deliver(received.map((each) => ({ entry: each, delivery: deliveryOf(each.letter) })));
        },
      );
    } catch {
      // Nothing was taken on. The same are tried again when the disk may have recovered.
      for (const entry of due) this.#taken.delete(entry.seq);
      if (this.#stopped || this.#engine.closed) return;
      await new Promise<void>((resolve) =>
        this.#engine.alarm.schedule(this.#engine.alarm.clock.now() + retryMs, resolve),
      );
      for (const entry of due) this.push(entry);
    }
  }

  #countAttempts(due: readonly Entry[]) {
    const received: Received[] = [];
    const promoted: Place[] = [];
    const letters = this.#rows.receive(due);
    for (const entry of due) {
      const letter = letters.get(entry.seq);
      if (letter === undefined) continue;
      if (letter.attempts <= this.#options.retry.maxAttempts) received.push({ entry, letter });
      else promoted.push(...this.#buryUnanswered(entry, letter));
    }
    return { received, promoted };
  }

  /** The process ended during its last attempt, so nobody could judge it then. */
  #buryUnanswered(entry: Entry, letter: ReceivedLetter): readonly Place[] {
    const attempts = letter.attempts - 1;
    const reason = `attempt ${attempts} was the last and got no answer: the process ended`;
    this.#rows.bury({ ...letter, attempts }, reason, this.#engine.alarm.clock.now());
    const { next } = this.#rows.remove(entry);
    return next === undefined ? [] : [next];
  }

  #recordAll(answered: readonly Flight<Received>[]): readonly (Place | undefined)[] {
    const plain = (flight: Flight<Received>): boolean => !flight.failed && flight.entry.letter.key === null;
    this.#rows.removeAll(answered.filter(plain).map(({ entry }) => entry.entry));
    return answered.filter((flight) => !plain(flight)).map((flight) => this.#record(flight));
  }

  #record({ entry: { entry, letter }, failed, error }: Flight<Received>): Place | undefined {
    if (!failed) return this.#rows.remove(entry).next;
    const { retry, random } = this.#options;
    const now = this.#engine.alarm.clock.now();
    const failure = judgeFailure(error, letter.attempts, retry.maxAttempts);
    if (failure.kind === 'dead') {
      const { found, next } = this.#rows.remove(entry);
      if (found) this.#rows.bury(letter, reasonOf(error), now);
      return next;
    }
    // Asking for time is no attempt.
    const attempts = failure.afterMs === undefined ? letter.attempts : letter.attempts - 1;
    return this.#rows.postpone(
      entry,
      now + (failure.afterMs ?? fullJitter(letter.attempts, random.next(), retry)),
      attempts,
    );
  }
}

function deliveryOf({ id, body, trace, at, attempts }: ReceivedLetter): Delivery {
  const decoded = decodeTrace(trace);
  return { id, message: JSON.parse(body), attempt: attempts, at, ...(decoded === undefined ? {} : { trace: decoded }) };
}

import {
  PortError,
  reasonOf,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type DeadLetter,
  type DeadLetterOptions,
  type Page,
} from '@portolan/kernel';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { Engine } from '../engine/engine.ts';
import type { Row } from '../engine/statement.ts';
import { MailboxConsumption, type MailboxOptions } from './mailbox-consumption.ts';
import { MailboxRows, type Letter, type Place } from './mailbox-rows.ts';

/** Dead letters that are sent back in one commit. */
const redrivenAtOnce = 500;

/**
 * At-least-once delivery with attempts, backoff and dead letters: what queues, subscriptions and timers that failed
 * share. Attempts are counted in the file before each delivery, so that a letter which kills the process is found out.
 */
export class Mailbox {
  readonly #engine: Engine;
  readonly #options: MailboxOptions;
  readonly #rows: MailboxRows;
  #consumption: MailboxConsumption | undefined;

  /** @param name - Of its table in the file. */
  constructor(engine: Engine, name: string, options: MailboxOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#rows = new MailboxRows(engine, name, { byId: options.byId ?? false });
  }

  /** Stores a letter. Inside a write; its result goes to {@link noted} after the commit. */
  insert(letter: Letter): Place | undefined {
    return this.#rows.insert(letter);
  }

  /** A letter that was inserted has been committed. */
  noted(place: Place | undefined): void {
    if (place !== undefined) this.#consumption?.push(place);
  }

  has(id: string, at: number): boolean {
    return this.#rows.has(id, at);
  }

  /** Cancels a letter; inside a write. One that is under way may still come. */
  remove(id: string, at: number): void {
    this.#rows.removeById(id, at);
  }

  bury(letter: Omit<Letter, 'notBefore'>, error: unknown): void {
    this.#rows.bury(letter, reasonOf(error), this.#engine.alarm.clock.now());
  }

  consume(consumer: Consumer, options: ConsumeOptions): Consumption {
    if (this.#consumption !== undefined)
      throw new PortError('invalid', `${this.#options.subject} has a consumer already`);
    const consumption = new MailboxConsumption(this.#engine, this.#rows, this.#options, consumer, options);
    this.#consumption = consumption;
    return {
      stop: () => {
        if (this.#consumption === consumption) this.#consumption = undefined;
        return consumption.stop();
      },
    };
  }

  /** Ends the consumption of a contract that is disposed of, without waiting for what is under way. */
  abandon(): void {
    void this.#consumption?.stop();
    this.#consumption = undefined;
  }

  async deadLetters(options: DeadLetterOptions = {}): Promise<Page<DeadLetter<unknown>>> {
    const { subject } = this.#options;
    const limit = options.limit ?? 100;
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
      throw new PortError('invalid', `${subject}: limit must be an integer from 1 to 100, not ${limit}`);
    }
    const [after] = options.cursor === undefined ? [0] : decodeCursor(subject, [subject], options.cursor, ['number']);
    const rows = this.#engine.read(() => this.#rows.dead(after!, limit + 1));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(deadLetterOf),
      ...(rows.length > limit && last !== undefined
        ? { cursor: encodeCursor([subject], [last['seq'] as number]) }
        : {}),
    };
  }

  /** How many dead letters there are. */
  countDead(): number {
    return this.#engine.read(() => this.#rows.countDead());
  }

  /** Sends back up to `limit` dead letters, without a limit all there are, the oldest first. @returns How many moved. */
  async redrive(options: { readonly limit?: number } = {}): Promise<number> {
    const { limit = Number.MAX_SAFE_INTEGER } = options;
    if (!Number.isInteger(limit) || limit < 1) {
      throw new PortError('invalid', `${this.#options.subject}: limit must be a positive integer, not ${limit}`);
    }
    // Those that die again meanwhile are left for the next time.
    const upTo = this.#engine.read(() => this.#rows.newestDead());
    let total = 0;
    for (;;) {
      const step = Math.min(redrivenAtOnce, limit - total);
      const { moved } = await this.#engine.write(
        () => this.#rows.redrive(upTo, step),
        ({ places }) => places.forEach((place) => this.noted(place)),
      );
      total += moved;
      if (moved < redrivenAtOnce) return total;
    }
  }
}

function deadLetterOf({ id, body, attempts, reason, dead_at: deadAt }: Row): DeadLetter<unknown> {
  return {
    id: id as string,
    message: JSON.parse(body as string),
    attempts: attempts as number,
    reason: reason as string,
    deadAt: deadAt as number,
  };
}

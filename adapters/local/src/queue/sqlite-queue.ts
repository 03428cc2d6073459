import {
  encodeMessage,
  maxSendEntries,
  PortError,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type DeadLetter,
  type DeadLetterOptions,
  type Environment,
  type Page,
  type Queue,
  type QueueEntry,
  type QueuePort,
  type SendOptions,
  type SendResult,
  type Source,
} from '@portolan/kernel';
import { Mailbox } from '../delivery/mailbox.ts';
import { encodeTrace } from '../delivery/trace-text.ts';
import type { Engine } from '../engine/engine.ts';
import { SeenIds } from './seen-ids.ts';

/** A queue over SQLite, with delays, order by key and deduplication. */
export class SqliteQueue implements Queue, Source, AsyncDisposable {
  readonly #engine: Engine;
  readonly #port: QueuePort;
  readonly #environment: Environment;
  readonly #seen: SeenIds | undefined;
  readonly mailbox: Mailbox;

  /** @param name - Of its tables in the file. */
  constructor(engine: Engine, name: string, port: QueuePort, environment: Environment) {
    this.#engine = engine;
    this.#port = port;
    this.#environment = environment;
    this.mailbox = new Mailbox(engine, name, {
      subject: `queue "${port.name}"`,
      retry: port.retry,
      random: environment.random,
    });
    this.#seen = port.dedupe ? new SeenIds(engine, name) : undefined;
  }

  async send(message: unknown, options: SendOptions = {}): Promise<void> {
    const { delayMs = 0, dedupeId, orderingKey = '', trace } = options;
    this.#check(delayMs, options);
    const now = this.#engine.alarm.clock.now();
    const letter = {
      id: this.#environment.ids.next(),
      body: encodeMessage(this.#port, message, this.#port.maxMessageBytes),
      trace: encodeTrace(trace),
      at: now,
      notBefore: delayMs === 0 ? 0 : now + delayMs,
      attempts: 0,
      key: this.#port.ordered ? orderingKey : null,
    };
    await this.#engine.write(
      () => (dedupeId === undefined || this.#seen!.accept(dedupeId) ? this.mailbox.insert(letter) : undefined),
      (place) => {
        this.mailbox.noted(place);
        if (dedupeId !== undefined) this.#seen!.accepted();
      },
    );
  }

  async sendBatch(entries: readonly QueueEntry<unknown>[]): Promise<readonly SendResult[]> {
    if (entries.length > maxSendEntries)
      throw this.#invalid(`${entries.length} messages in one batch; at most ${maxSendEntries} fit`);
    // They share a commit, since they are written in one turn of the event loop.
    const outcomes = await Promise.allSettled(entries.map(({ message, ...options }) => this.send(message, options)));
    return outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? { kind: 'sent' } : { kind: 'failed', error: outcome.reason as Error },
    );
  }

  deadLetters(options?: DeadLetterOptions): Promise<Page<DeadLetter<unknown>>> {
    return this.mailbox.deadLetters(options);
  }

  redrive(options?: { readonly limit?: number }): Promise<number> {
    return this.mailbox.redrive(options);
  }

  async consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    return this.mailbox.consume(consumer, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#seen?.stop();
    this.mailbox.abandon();
  }

  #check(delayMs: number, { dedupeId, orderingKey }: SendOptions): void {
    const { maxDelayMs, dedupe, ordered } = this.#port;
    if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > maxDelayMs) {
      throw this.#invalid(`delayMs must be an integer from 0 to ${maxDelayMs}, not ${delayMs}`);
    }
    if (dedupeId !== undefined && !dedupe) throw this.#invalid('a dedupeId needs a queue declared with `dedupe`');
    if (orderingKey !== undefined && !ordered)
      throw this.#invalid('an orderingKey needs a queue declared with `ordered`');
  }

  #invalid(why: string): PortError {
    return new PortError('invalid', `queue "${this.#port.name}": ${why}`);
  }
}

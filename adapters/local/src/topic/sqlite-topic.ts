import {
  encodeMessage,
  defaultRetry,
  matchesFilter,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Environment,
  type PublishOptions,
  type Source,
  type Topic,
  type TopicPort,
} from '@portolan/kernel';
import type { Mailbox } from '../delivery/mailbox.ts';
import { Subscribers } from '../delivery/subscribers.ts';
import { encodeTrace } from '../delivery/trace-text.ts';
import type { Engine } from '../engine/engine.ts';

/** A topic over SQLite: an event is written once for each subscription that wants it, all in one commit. */
export class SqliteTopic implements Topic, Source, AsyncDisposable {
  readonly #engine: Engine;
  readonly #port: TopicPort;
  readonly #environment: Environment;
  readonly #subscribers: Subscribers;

  /**
   * @param name - Of its tables in the file.
   * @param show - Told of the mailbox of each subscription.
   */
  constructor(
    engine: Engine,
    name: string,
    port: TopicPort,
    environment: Environment,
    show: (subscription: string, mailbox: Mailbox) => void,
  ) {
    this.#engine = engine;
    this.#port = port;
    this.#environment = environment;
    const { random } = environment;
    this.#subscribers = new Subscribers(engine, name, {
      subject: `topic "${port.name}"`,
      retry: defaultRetry,
      random,
      show,
    });
  }

  async publish(event: unknown, options: PublishOptions = {}): Promise<void> {
    const letter = {
      id: this.#environment.ids.next(),
      body: encodeMessage(this.#port, event, this.#port.maxEventBytes),
      trace: encodeTrace(options.trace),
      at: this.#engine.alarm.clock.now(),
      notBefore: 0,
      attempts: 0,
      key: null,
    };
    await this.#engine.write(
      () => this.#subscribers.insert(letter, (filter) => matchesFilter(filter, event)),
      (inserted) => this.#subscribers.noted(inserted),
    );
  }

  consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    return this.#subscribers.consume(consumer, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscribers.abandon();
  }
}

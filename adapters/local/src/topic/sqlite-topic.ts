import {
  defaultRetry,
  matchesFilter,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Environment,
  type PublishOptions,
  type Source,
  type Topic,
  type TopicFilter,
  type TopicPort,
} from '@portolan/kernel';
import { encodeMessage } from '../delivery/encode-message.ts';
import type { Place } from '../delivery/mailbox-rows.ts';
import { Mailbox } from '../delivery/mailbox.ts';
import { encodeTrace } from '../delivery/trace-text.ts';
import type { Engine } from '../engine/engine.ts';
import { Subscriptions } from './subscriptions.ts';

interface Subscription {
  readonly mailbox: Mailbox;
  filter: TopicFilter;
}

/** A topic over SQLite: an event is written once for each subscription that wants it, all in one commit. */
export class SqliteTopic implements Topic, Source, AsyncDisposable {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #port: TopicPort;
  readonly #environment: Environment;
  readonly #show: (subscription: string, mailbox: Mailbox) => void;
  readonly #stored: Subscriptions;
  readonly #subscriptions = new Map<string, Subscription>();

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
    this.#name = name;
    this.#port = port;
    this.#environment = environment;
    this.#show = show;
    this.#stored = new Subscriptions(engine, name);
    for (const { name: subscription, filter } of this.#stored.all()) {
      this.#subscriptions.set(subscription, { mailbox: this.#open(subscription), filter });
    }
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
      () => {
        const inserted: { readonly mailbox: Mailbox; readonly place: Place | undefined }[] = [];
        for (const { mailbox, filter } of this.#subscriptions.values())
          if (matchesFilter(filter, event)) inserted.push({ mailbox, place: mailbox.insert(letter) });
        return inserted;
      },
      (inserted) => {
        for (const { mailbox, place } of inserted) mailbox.noted(place);
      },
    );
  }

  async consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    const { subscription: name, filter } = options;
    const mailbox = this.#subscriptions.get(name)?.mailbox ?? this.#open(name);
    await this.#stored.put({ name, filter }, () => this.#subscriptions.set(name, { mailbox, filter }));
    return mailbox.consume(consumer, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { mailbox } of this.#subscriptions.values()) mailbox.abandon();
  }

  #open(subscription: string): Mailbox {
    const mailbox = new Mailbox(this.#engine, `${this.#name}>${subscription}`, {
      subject: `topic "${this.#port.name}", subscription "${subscription}"`,
      retry: defaultRetry,
      random: this.#environment.random,
    });
    this.#show(subscription, mailbox);
    return mailbox;
  }
}

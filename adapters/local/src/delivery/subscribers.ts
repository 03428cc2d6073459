import type { Consumer, ConsumeOptions, Consumption, Random, RetryPolicy, TopicFilter } from '@portolan/kernel';
import type { Engine } from '../engine/engine.ts';
import type { Letter, Place } from './mailbox-rows.ts';
import { Mailbox } from './mailbox.ts';
import { Subscriptions } from './subscriptions.ts';

export interface SubscribersOptions {
  /** What they subscribe to, for messages: `topic "outcomes"`. */
  readonly subject: string;
  readonly retry: RetryPolicy;
  readonly random: Random;
  /** Told of the mailbox of each subscription. */
  readonly show: (subscription: string, mailbox: Mailbox) => void;
}

interface Subscriber {
  readonly mailbox: Mailbox;
  filter: TopicFilter;
}

/** A letter in a mailbox, as {@link Subscribers.insert} put it there. */
export interface Inserted {
  readonly mailbox: Mailbox;
  readonly place: Place | undefined;
}

/** Everybody who subscribes to one port, each with a mailbox and a filter of its own. */
export class Subscribers {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #options: SubscribersOptions;
  readonly #stored: Subscriptions;
  readonly #subscribers = new Map<string, Subscriber>();

  /** @param name - Of the port's tables in the file. */
  constructor(engine: Engine, name: string, options: SubscribersOptions) {
    this.#engine = engine;
    this.#name = name;
    this.#options = options;
    this.#stored = new Subscriptions(engine, name);
    for (const { name: subscription, filter } of this.#stored.all()) {
      this.#subscribers.set(subscription, { mailbox: this.#open(subscription), filter });
    }
  }

  /** Stores a letter for each whose filter matches. Inside a write; its result goes to {@link noted} after the commit. */
  insert(letter: Letter, matches: (filter: TopicFilter) => boolean): readonly Inserted[] {
    const inserted: Inserted[] = [];
    for (const { mailbox, filter } of this.#subscribers.values())
      if (matches(filter)) inserted.push({ mailbox, place: mailbox.insert(letter) });
    return inserted;
  }

  /** Letters that were inserted have been committed. */
  noted(inserted: readonly Inserted[]): void {
    for (const { mailbox, place } of inserted) mailbox.noted(place);
  }

  async consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    const { subscription: name, filter } = options;
    const mailbox = this.#subscribers.get(name)?.mailbox ?? this.#open(name);
    await this.#stored.put({ name, filter }, () => this.#subscribers.set(name, { mailbox, filter }));
    return mailbox.consume(consumer, options);
  }

  /** Ends every consumption, without waiting for what is under way. */
  abandon(): void {
    for (const { mailbox } of this.#subscribers.values()) mailbox.abandon();
  }

  #open(subscription: string): Mailbox {
    const { subject, retry, random, show } = this.#options;
    const mailbox = new Mailbox(this.#engine, `${this.#name}>${subscription}`, {
      subject: `${subject}, subscription "${subscription}"`,
      retry,
      random,
    });
    show(subscription, mailbox);
    return mailbox;
  }
}

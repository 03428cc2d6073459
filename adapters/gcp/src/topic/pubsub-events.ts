import {
  defaultRetry,
  encodeMessage,
  matchesFilter,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type PublishOptions,
  type Receiver,
  type Topic,
  type TopicPort,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import { outgoing, type Publisher } from '../queue/publisher.ts';
import { receivePush } from '../queue/pubsub-receiving.ts';
import type { PushRequest } from '../queue/push-request.ts';
import { attributesOf } from './filter-expression.ts';

/** What names the topics of Pub/Sub behind a port. */
export interface TopicNames {
  readonly topic: string;
  /** Where copies for one subscription go. */
  again(subscription: string): string;
}

/** A topic over Pub/Sub, each of whose subscriptions pushes to its function. */
export class PubsubEvents implements Topic, Receiver<PushRequest, void> {
  readonly #port: TopicPort;
  readonly #names: TopicNames;
  readonly #publisher: Publisher;
  readonly #deadOf: (subscription: string) => DeadLetters;
  readonly #environment: Environment;

  /** @param deadOf - The dead letters of one subscription, apart from the others'. */
  constructor(
    port: TopicPort,
    names: TopicNames,
    publisher: Publisher,
    deadOf: (subscription: string) => DeadLetters,
    environment: Environment,
  ) {
    this.#port = port;
    this.#names = names;
    this.#publisher = publisher;
    this.#deadOf = deadOf;
    this.#environment = environment;
  }

  async publish(event: unknown, { trace }: PublishOptions = {}): Promise<void> {
    encodeMessage(this.#port, event, this.#port.maxEventBytes);
    const { ids, clock } = this.#environment;
    const carried = {
      id: ids.next(),
      message: event,
      at: clock.now(),
      attempts: 0,
      ...(trace === undefined ? {} : { trace }),
    };
    const message = outgoing(carried, attributesOf(this.#port.filterable, event));
    try {
      await this.#publisher.publish(this.#names.topic, [message]);
    } catch (error) {
      throw portErrorOf(error, `topic "${this.#port.name}": publish`);
    }
  }

  async receive(request: PushRequest, consumer: Consumer, options: ConsumeOptions): Promise<void> {
    await receivePush(request, consumer, {
      subject: `topic "${this.#port.name}"`,
      retry: defaultRetry,
      environment: this.#environment,
      publisher: this.#publisher,
      againTopic: this.#names.again(options.subscription),
      dead: this.#deadOf(options.subscription),
      wants: (event) => matchesFilter(options.filter, event),
    });
  }
}

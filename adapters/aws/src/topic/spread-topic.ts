import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PlatformTrigger, TriggerPlace } from '@portolan/composition';
import {
  defaultRetry,
  type Carried,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type PublishOptions,
  type Receiver,
  type Topic,
  type TopicPort,
} from '@portolan/kernel';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DeadQueue } from '../queue/dead-queue.ts';
import { checkMessage, sqsText } from '../queue/message-text.ts';
import { maxReceives, queueNames } from '../queue/queue-resource.ts';
import { QueueUrls } from '../queue/queue-urls.ts';
import { Reception } from '../queue/reception.ts';
import { Sending } from '../queue/sending.ts';

/** What differs between the services that spread events. */
export interface Spreading {
  /** Hands an event over, as text of a carried message. */
  publish(text: string): Promise<void>;
  /** What the body of a message in a subscription's queue carries. */
  read(body: string): Carried | undefined;
}

/** A topic whose subscriptions are SQS queues, each with dead letters of its own. */
export class SpreadTopic implements Topic, Receiver<SQSEvent, SQSBatchResponse> {
  readonly #service: string;
  readonly #port: TopicPort;
  readonly #environment: Environment;
  readonly #spreading: Spreading;
  readonly #sending: Sending;
  readonly #receptions = new Map<string, Reception>();

  constructor(service: string, port: TopicPort, environment: Environment, sqs: SQSClient, spreading: Spreading) {
    this.#service = service;
    this.#port = port;
    this.#environment = environment;
    this.#spreading = spreading;
    this.#sending = new Sending(sqs, new QueueUrls(sqs), environment.random);
  }

  async publish(event: unknown, { trace }: PublishOptions = {}): Promise<void> {
    const { clock, ids } = this.#environment;
    checkMessage(`topic "${this.#port.name}"`, event, this.#port.maxEventBytes);
    const carried = { id: ids.next(), message: event, at: clock.now(), attempts: 0 };
    await this.#spreading.publish(sqsText({ ...carried, ...(trace === undefined ? {} : { trace }) }));
  }

  receive(event: SQSEvent, consumer: Consumer, options: ConsumeOptions): Promise<SQSBatchResponse> {
    return this.#reception(options.subscription).receive(event, consumer, options);
  }

  #reception(subscription: string): Reception {
    let reception = this.#receptions.get(subscription);
    if (reception === undefined) {
      const { main, dead } = queueNames(this.#service, this.#port.name, false, subscription);
      const deadQueue = new DeadQueue(this.#sending, {
        name: dead,
        maxReceives: maxReceives(defaultRetry, false),
        fifo: false,
      });
      reception = new Reception(this.#sending, deadQueue, {
        queueName: main,
        retry: defaultRetry,
        environment: this.#environment,
        read: (body) => this.#spreading.read(body),
      });
      this.#receptions.set(subscription, reception);
    }
    return reception;
  }
}

/** The queue that calls a function with the events of its subscription. */
export const subscriptionTrigger = ({ service, port, subscription }: TriggerPlace): readonly PlatformTrigger[] => [
  { kind: 'sqs', resource: queueNames(service, port.name, false, subscription).main },
];

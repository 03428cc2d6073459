import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PlatformTrigger, TriggerPlace } from '@portolan/composition';
import type { Carried, Consumer, ConsumeOptions, Environment, Receiver, RetryPolicy } from '@portolan/kernel';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DeadQueue } from './dead-queue.ts';
import { maxReceives, queueNames } from './queue-resource.ts';
import { QueueUrls } from './queue-urls.ts';
import { Reception } from './reception.ts';
import { Sending } from './sending.ts';

export interface SubscribedPort {
  readonly service: string;
  /** Its name. */
  readonly port: string;
  readonly retry: RetryPolicy;
  readonly environment: Environment;
  /** What the body of a message in a subscription's queue carries. */
  readonly read: (body: string) => Carried | undefined;
}

/** The queues of a port that spreads events: one for each function that listens, with dead letters of its own. */
export class Subscriptions implements Pick<Receiver<SQSEvent, SQSBatchResponse>, 'receive'> {
  readonly #subscribed: SubscribedPort;
  readonly #sending: Sending;
  readonly #receptions = new Map<string, Reception>();

  constructor(sqs: SQSClient, subscribed: SubscribedPort) {
    this.#subscribed = subscribed;
    this.#sending = new Sending(sqs, new QueueUrls(sqs), subscribed.environment.random);
  }

  receive(event: SQSEvent, consumer: Consumer, options: ConsumeOptions): Promise<SQSBatchResponse> {
    return this.#reception(options.subscription).receive(event, consumer, options);
  }

  #reception(subscription: string): Reception {
    let reception = this.#receptions.get(subscription);
    if (reception === undefined) {
      const { service, port, retry, environment, read } = this.#subscribed;
      const { main, dead } = queueNames(service, port, false, subscription);
      const letters = { name: dead, maxReceives: maxReceives(retry, false), fifo: false };
      reception = new Reception(this.#sending, new DeadQueue(this.#sending, letters), {
        queueName: main,
        retry,
        environment,
        read,
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

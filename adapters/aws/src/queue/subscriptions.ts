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
  readonly #sqs: () => SQSClient;
  readonly #subscribed: SubscribedPort;
  #sending: Sending | undefined;
  readonly #receptions = new Map<string, Reception>();

  /** @param sqs - Asked for the client by the first event that is received: who publishes alone needs none. */
  constructor(sqs: () => SQSClient, subscribed: SubscribedPort) {
    this.#sqs = sqs;
    this.#subscribed = subscribed;
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
      const sending = (this.#sending ??= sendingOf(this.#sqs(), environment));
      reception = new Reception(sending, new DeadQueue(sending, letters), {
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

const sendingOf = (sqs: SQSClient, { random }: Environment): Sending => new Sending(sqs, new QueueUrls(sqs), random);

/** The queue that calls a function with the events of its subscription. */
export const subscriptionTrigger = ({ service, port, subscription }: TriggerPlace): readonly PlatformTrigger[] => [
  { kind: 'sqs', resource: queueNames(service, port.name, false, subscription).main },
];

import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  defaultRetry,
  encodeMessage,
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
import { sqsText } from '../queue/message-text.ts';
import { Subscriptions } from '../queue/subscriptions.ts';

/** What differs between the services that spread events. */
export interface Spreading {
  /** Hands an event over, as text of a carried message. */
  publish(text: string): Promise<void>;
  /** What the body of a message in a subscription's queue carries. */
  read(body: string): Carried | undefined;
}

/** A topic whose subscriptions are SQS queues, each with dead letters of its own. */
export class SpreadTopic implements Topic, Receiver<SQSEvent, SQSBatchResponse> {
  readonly #port: TopicPort;
  readonly #environment: Environment;
  readonly #spreading: Spreading;
  readonly #subscriptions: Subscriptions;

  /** @param sqs - For who receives events. */
  constructor(service: string, port: TopicPort, environment: Environment, sqs: () => SQSClient, spreading: Spreading) {
    this.#port = port;
    this.#environment = environment;
    this.#spreading = spreading;
    const read = (body: string) => spreading.read(body);
    this.#subscriptions = new Subscriptions(sqs, { service, port: port.name, retry: defaultRetry, environment, read });
  }

  async publish(event: unknown, { trace }: PublishOptions = {}): Promise<void> {
    const { clock, ids } = this.#environment;
    encodeMessage(this.#port, event, this.#port.maxEventBytes);
    const carried = { id: ids.next(), message: event, at: clock.now(), attempts: 0 };
    await this.#spreading.publish(sqsText({ ...carried, ...(trace === undefined ? {} : { trace }) }));
  }

  receive(event: SQSEvent, consumer: Consumer, options: ConsumeOptions): Promise<SQSBatchResponse> {
    return this.#subscriptions.receive(event, consumer, options);
  }
}

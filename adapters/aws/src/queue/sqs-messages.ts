import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  encodeMessage,
  maxSendEntries,
  PortError,
  unpackCarried,
  type Carried,
  type Consumer,
  type ConsumeOptions,
  type DeadLetter,
  type DeadLetterOptions,
  type Environment,
  type Page,
  type Queue,
  type QueueEntry,
  type QueuePort,
  type Receiver,
  type SendOptions,
  type SendResult,
} from '@portolan/kernel';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DeadQueue } from './dead-queue.ts';
import { fifoToken } from './fifo-token.ts';
import { reborn, sqsText } from './message-text.ts';
import { maxReceives, type QueueNames } from './queue-resource.ts';
import { QueueUrls } from './queue-urls.ts';
import { Reception } from './reception.ts';
import { checkSize, Sending, type Outgoing } from './sending.ts';
import { Waits } from './waits.ts';

/** A queue over SQS, standard or FIFO. */
export class SqsMessages implements Queue, Receiver<SQSEvent, SQSBatchResponse> {
  readonly #port: QueuePort;
  readonly #names: QueueNames;
  readonly #environment: Environment;
  readonly #sending: Sending;
  readonly #dead: DeadQueue;
  readonly #reception: Reception;
  readonly #what: string;

  /** @param waits - The table that a FIFO queue is built on; absent for a standard queue. */
  constructor(client: SQSClient, names: QueueNames, port: QueuePort, environment: Environment, waits?: unknown) {
    this.#port = port;
    this.#names = names;
    this.#environment = environment;
    this.#what = `queue "${port.name}"`;
    this.#sending = new Sending(client, new QueueUrls(client), environment.random);
    this.#dead = new DeadQueue(this.#sending, {
      name: names.dead,
      maxReceives: maxReceives(port.retry, names.fifo),
      fifo: names.fifo,
    });
    this.#reception = new Reception(this.#sending, this.#dead, {
      queueName: names.main,
      retry: port.retry,
      environment,
      read: unpackCarried,
      ...(waits === undefined ? {} : { waits: new Waits(waits, environment) }),
    });
  }

  async send(message: unknown, options: SendOptions = {}): Promise<void> {
    await this.#sending.one(this.#names.main, this.#outgoing({ ...options, message }));
  }

  async sendBatch(entries: readonly QueueEntry<unknown>[]): Promise<readonly SendResult[]> {
    if (entries.length > maxSendEntries)
      throw this.#invalid(`${entries.length} messages in one batch; at most ${maxSendEntries} fit`);
    const messages = entries.map((entry) => {
      try {
        const outgoing = this.#outgoing(entry);
        checkSize(this.#names.main, outgoing);
        return outgoing;
      } catch (error) {
        return error as Error;
      }
    });
    // The first of two with one id is the one that counts, so that FIFO queues get batches one by one in any case.
    return this.#sending.many(this.#names.main, messages, this.#names.fifo);
  }

  async deadLetters(options?: DeadLetterOptions): Promise<Page<DeadLetter<unknown>>> {
    return this.#dead.list(options);
  }

  async redrive({ limit = Infinity }: { readonly limit?: number } = {}): Promise<number> {
    return this.#dead.redrive(this.#names.main, limit, (body, id) => {
      const carried = unpackCarried(body);
      if (carried === undefined) return { body, ...this.#fifo(undefined, id, id) };
      return { body: sqsText(reborn(carried)), ...this.#fifo(carried, id, id) };
    });
  }

  receive(event: SQSEvent, consumer: Consumer, options: ConsumeOptions): Promise<SQSBatchResponse> {
    return this.#reception.receive(event, consumer, options);
  }

  #outgoing({ message, delayMs = 0, dedupeId, orderingKey, trace }: QueueEntry<unknown>): Outgoing {
    this.#check(delayMs, dedupeId, orderingKey);
    encodeMessage(this.#port, message, this.#port.maxMessageBytes);
    const at = this.#environment.clock.now();
    const id = this.#environment.ids.next();
    const carried: Carried = {
      id,
      message,
      at,
      attempts: 0,
      ...(delayMs === 0 ? {} : { notBefore: at + delayMs }),
      ...(orderingKey === undefined ? {} : { key: orderingKey }),
      ...(trace === undefined ? {} : { trace }),
    };
    return {
      body: sqsText(carried),
      ...(delayMs === 0 ? {} : { delaySeconds: Math.ceil(delayMs / 1_000) }),
      ...this.#fifo(carried, id, dedupeId === undefined ? id : `id:${dedupeId}`),
    };
  }

  /** Where messages need not stay in order, each is a group of its own, so that none waits for another. */
  #fifo(carried: Carried | undefined, id: string, dedupe: string): Pick<Outgoing, 'fifo'> {
    if (!this.#names.fifo) return {};
    const group = this.#port.ordered ? `key:${carried?.key ?? ''}` : id;
    return { fifo: { group: fifoToken(group), dedupe: fifoToken(dedupe) } };
  }

  #check(delayMs: number, dedupeId: string | undefined, orderingKey: string | undefined): void {
    const { maxDelayMs, dedupe, ordered } = this.#port;
    if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > maxDelayMs)
      throw this.#invalid(`delayMs must be an integer from 0 to ${maxDelayMs}, not ${delayMs}`);
    if (dedupeId !== undefined && !dedupe) throw this.#invalid('a dedupeId needs a queue declared with `dedupe`');
    if (orderingKey !== undefined && !ordered)
      throw this.#invalid('an orderingKey needs a queue declared with `ordered`');
  }

  #invalid(why: string): PortError {
    return new PortError('invalid', `${this.#what}: ${why}`);
  }
}

import {
  maxSendEntries,
  PortError,
  type Carried,
  type Consumer,
  type DeadLetter,
  type DeadLetterOptions,
  type Page,
  type Queue,
  type QueueEntry,
  type QueuePort,
  type Receiver,
  type SendOptions,
  type SendResult,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import { outgoing } from './publisher.ts';
import { receivePush, type Receiving } from './pubsub-receiving.ts';
import type { PushRequest } from './push-request.ts';
import { carriedOf } from './send-options.ts';

/** A queue over a topic of Pub/Sub with one subscription, which pushes each message to the function. */
export class PubsubMessages implements Queue, Receiver<PushRequest, void> {
  readonly #port: QueuePort;
  readonly #receiving: Receiving;

  constructor(port: QueuePort, receiving: Receiving) {
    this.#port = port;
    this.#receiving = receiving;
  }

  async send(message: unknown, options: SendOptions = {}): Promise<void> {
    const carried = this.#carried({ message, ...options });
    await this.#told('send', () => this.#publish(carried));
  }

  async sendBatch(entries: readonly QueueEntry<unknown>[]): Promise<readonly SendResult[]> {
    if (entries.length > maxSendEntries) {
      const why = `${entries.length} messages in one batch; at most ${maxSendEntries} fit`;
      throw new PortError('invalid', `queue "${this.#port.name}": ${why}`);
    }
    const drafts = entries.map((entry): Carried | PortError => {
      try {
        return this.#carried(entry);
      } catch (error) {
        if (error instanceof PortError) return error;
        throw error;
      }
    });
    const fine = drafts.filter((draft): draft is Carried => !(draft instanceof PortError));
    const { publisher, againTopic } = this.#receiving;
    const failures = await publisher.publishAll(
      againTopic,
      fine.map((carried) => outgoing(carried)),
    );
    const failureOf = new Map(fine.map((carried, index) => [carried, failures[index]]));
    return drafts.map((draft): SendResult => {
      if (draft instanceof PortError) return { kind: 'failed', error: draft };
      const failure = failureOf.get(draft);
      if (failure === undefined) return { kind: 'sent' };
      return { kind: 'failed', error: portErrorOf(failure, `queue "${this.#port.name}": sendBatch`) };
    });
  }

  async deadLetters(options: DeadLetterOptions = {}): Promise<Page<DeadLetter<never>>> {
    return this.#receiving.dead.page(options);
  }

  async redrive({ limit = Infinity }: { readonly limit?: number } = {}): Promise<number> {
    return this.#told('redrive', () =>
      this.#receiving.dead.moveOut(limit, ({ notBefore: _, ...carried }) => this.#publish({ ...carried, attempts: 0 })),
    );
  }

  async receive(request: PushRequest, consumer: Consumer): Promise<void> {
    await receivePush(request, consumer, this.#receiving);
  }

  #carried(entry: QueueEntry<unknown>): Carried {
    const { clock, ids } = this.#receiving.environment;
    return carriedOf(this.#port, entry, clock.now(), ids);
  }

  async #publish(carried: Carried): Promise<void> {
    const { publisher, againTopic } = this.#receiving;
    await publisher.publish(againTopic, [outgoing(carried)]);
  }

  async #told<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, `queue "${this.#port.name}": ${what}`);
    }
  }
}

import {
  encodeMessage,
  maxSendEntries,
  PortError,
  sideBySide,
  type Consumer,
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
import { arrivalOf, deliverAll, outletOf } from './deliver.ts';
import type { Mailbox } from './mailbox.ts';
import type { QueueTriggerEvent } from './trigger-event.ts';

/** Requests under way at once for one batch: Storage Queues take messages one by one. */
const sendWidth = 32;

/** A queue over a Storage Queue. */
export class StorageQueue implements Queue, Receiver<QueueTriggerEvent, void> {
  readonly #port: QueuePort;
  readonly #mailbox: Mailbox;
  readonly #environment: Environment;

  constructor(port: QueuePort, mailbox: Mailbox, environment: Environment) {
    this.#port = port;
    this.#mailbox = mailbox;
    this.#environment = environment;
  }

  async send(message: unknown, options: SendOptions = {}): Promise<void> {
    const { delayMs = 0, trace } = options;
    this.#check(delayMs, options);
    encodeMessage(this.#port, message, this.#port.maxMessageBytes);
    const now = this.#environment.clock.now();
    const carried = {
      id: this.#environment.ids.next(),
      message,
      at: now,
      attempts: 0,
      ...(delayMs === 0 ? {} : { notBefore: now + delayMs }),
      ...(trace === undefined ? {} : { trace }),
    };
    await this.#mailbox.send(carried, delayMs);
  }

  async sendBatch(entries: readonly QueueEntry<unknown>[]): Promise<readonly SendResult[]> {
    if (entries.length > maxSendEntries)
      throw this.#invalid(`${entries.length} messages in one batch; at most ${maxSendEntries} fit`);
    return sideBySide(entries, sendWidth, async ({ message, ...options }): Promise<SendResult> => {
      try {
        await this.send(message, options);
        return { kind: 'sent' };
      } catch (error) {
        return { kind: 'failed', error: error as Error };
      }
    });
  }

  deadLetters(options?: DeadLetterOptions): Promise<Page<DeadLetter<unknown>>> {
    return this.#mailbox.deadLetters(options);
  }

  redrive(options?: { readonly limit?: number }): Promise<number> {
    return this.#mailbox.redrive(options);
  }

  /**
   * Takes what the queue trigger calls a function with. Returning has the host delete the message; throwing has it hand the
   * message over again, and give it up in the end.
   */
  async receive(event: QueueTriggerEvent, consumer: Consumer): Promise<void> {
    const arrival = arrivalOf(event, this.#environment.clock.now());
    const settling = { retry: this.#port.retry, environment: this.#environment, outlet: outletOf(this.#mailbox) };
    await deliverAll([arrival], consumer, settling);
  }

  #check(delayMs: number, { dedupeId, orderingKey }: SendOptions): void {
    const { maxDelayMs } = this.#port;
    if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > maxDelayMs)
      throw this.#invalid(`delayMs must be an integer from 0 to ${maxDelayMs}, not ${delayMs}`);
    if (dedupeId !== undefined) throw this.#invalid('a dedupeId needs a queue declared with `dedupe`');
    if (orderingKey !== undefined) throw this.#invalid('an orderingKey needs a queue declared with `ordered`');
  }

  #invalid(why: string): PortError {
    return new PortError('invalid', `queue "${this.#port.name}": ${why}`);
  }
}

import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import {
  PortError,
  type Buried,
  type Carried,
  type DeadLetter,
  type DeadLetterOptions,
  type Page,
  packCarried,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import { decodeCursor, encodeCursor } from '@portolan/node';
import { deadLetterOf, fromBase64, maxTextBytes, packBuried, revived, toBase64 } from './message-text.ts';

/**
 * The longest that a Storage Queue keeps a message from being seen, in milliseconds: 7 days. Longer waits are made of
 * several: a message that comes too early is sent once more.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-message
 */
export const maxInvisibleMs = 604_800_000;

/** Messages that one look or one dequeue gives, at most. */
const maxTaken = 32;
/** How long a dead letter is hidden while it is sent back, in seconds. */
const redriveSeconds = 60;

/** A queue, and the queue of its dead letters. */
export class Mailbox {
  readonly #queue: QueueClient;
  readonly #dead: QueueClient;
  readonly #what: string;

  /** @param what - For messages, `queue "jobs"`. */
  constructor(queue: QueueClient, dead: QueueClient, what: string) {
    this.#queue = queue;
    this.#dead = dead;
    this.#what = what;
  }

  /**
   * Sends a message, which never expires.
   *
   * @param delayMs - Whole seconds are waited, rounded up, and no more than 7 days.
   * @returns Takes it back, as long as nobody has taken it.
   */
  async send(carried: Carried, delayMs: number): Promise<() => Promise<void>> {
    const { messageId, popReceipt } = await this.#put(this.#queue, packCarried(carried), delayMs);
    return async () => {
      await this.#asked(() => this.#queue.deleteMessage(messageId, popReceipt));
    };
  }

  async bury(dead: Buried): Promise<void> {
    await this.#put(this.#dead, packBuried(dead), 0);
  }

  async #put(queue: QueueClient, text: string, delayMs: number) {
    const sizeBytes = Buffer.byteLength(text);
    if (sizeBytes > maxTextBytes)
      throw new PortError(
        'too-large',
        `${this.#what}: a message with its envelope has ${sizeBytes} bytes; at most ${maxTextBytes} fit`,
      );
    const visibilityTimeout = Math.ceil(Math.min(delayMs, maxInvisibleMs) / 1_000);
    return this.#asked(() => queue.sendMessage(toBase64(text), { visibilityTimeout, messageTimeToLive: -1 }));
  }

  /** See `storageQueue` for what can be seen. */
  async deadLetters({ limit = 100, cursor }: DeadLetterOptions = {}): Promise<Page<DeadLetter<unknown>>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new PortError('invalid', `${this.#what}: limit must be an integer from 1 to 100, not ${limit}`);
    const scope = [this.#what, 'dead letters'];
    const after = cursor === undefined ? undefined : decodeCursor(this.#what, scope, cursor, ['string'])[0];
    const { peekedMessageItems } = await this.#asked(() => this.#dead.peekMessages({ numberOfMessages: maxTaken }));
    const start = peekedMessageItems.findIndex(({ messageId }) => messageId === after) + 1;
    const page = peekedMessageItems.slice(start, start + limit);
    const items = page.map(({ messageText, messageId, insertedOn }) =>
      deadLetterOf({ text: fromBase64(messageText), messageId, insertedOn }),
    );
    const rest = start + limit < peekedMessageItems.length;
    return { items, ...(rest ? { cursor: encodeCursor(scope, [page.at(-1)!.messageId]) } : {}) };
  }

  async redrive({ limit = Infinity }: { readonly limit?: number } = {}): Promise<number> {
    let moved = 0;
    while (moved < limit) {
      const numberOfMessages = Math.min(maxTaken, limit - moved);
      const options = { numberOfMessages, visibilityTimeout: redriveSeconds };
      const { receivedMessageItems } = await this.#asked(() => this.#dead.receiveMessages(options));
      await Promise.all(receivedMessageItems.map((letter) => this.#revive(letter)));
      moved += receivedMessageItems.length;
      if (receivedMessageItems.length < numberOfMessages) break;
    }
    return moved;
  }

  async #revive({ messageText, messageId, popReceipt }: DequeuedMessageItem): Promise<void> {
    // First there, then gone from here: a crash in between makes two of it, never none.
    await this.#put(this.#queue, revived(fromBase64(messageText)), 0);
    await this.#asked(() => this.#dead.deleteMessage(messageId, popReceipt));
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw portErrorOf(error, this.#what);
    }
  }
}

import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { fromBase64 } from '../queue/message-text.ts';
import type { QueueTriggerEvent } from '../queue/trigger-event.ts';

/** host.json's settings of queues that matter here, with its own names; see `QueueHost`. */
export interface QueueHostOptions {
  /** Messages taken at once, and handed over side by side. @default 16 */
  readonly batchSize?: number;
  /** @default 5 */
  readonly maxDequeueCount?: number;
  /** Of a message whose function failed, in seconds. @default 0 */
  readonly visibilityTimeout?: number;
}

/** How long the host takes a message for; it renews that while the function runs. In seconds. */
const leaseSeconds = 600;

/**
 * What the Functions host does with a queue trigger: takes messages, calls the function with each by itself, deletes the
 * message when that returns, and when it throws shows it again, or gives it up to `<queue>-poison` after
 * `maxDequeueCount` deliveries.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json
 * @see https://github.com/Azure/azure-sdk-for-net, QueueProcessor in Microsoft.Azure.WebJobs.Extensions.Storage.Queues
 */
export class QueueHost {
  readonly #queue: QueueClient;
  readonly #poison: QueueClient;
  readonly #call: (event: QueueTriggerEvent) => Promise<void>;
  readonly #options: Required<QueueHostOptions>;
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    queue: QueueClient,
    poison: QueueClient,
    call: (event: QueueTriggerEvent) => Promise<void>,
    { batchSize = 16, maxDequeueCount = 5, visibilityTimeout = 0 }: QueueHostOptions = {},
  ) {
    this.#queue = queue;
    this.#poison = poison;
    this.#call = call;
    this.#options = { batchSize, maxDequeueCount, visibilityTimeout };
  }

  get running(): ReadonlySet<Promise<void>> {
    return this.#running;
  }

  /** Takes what can be seen, and starts to hand it over. @returns How many messages there were. */
  async poll(): Promise<number> {
    if (this.#stopped) return 0;
    const { batchSize } = this.#options;
    const taken = { numberOfMessages: batchSize, visibilityTimeout: leaseSeconds };
    const { receivedMessageItems } = await this.#queue.receiveMessages(taken);
    for (const message of receivedMessageItems) {
      const run = this.#handle(message)
        // Once it is stopped its engine may end at any time, before the last message is acknowledged.
        .catch((error: unknown) => {
          if (!this.#stopped) throw error;
        })
        .finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
    return receivedMessageItems.length;
  }

  /** Takes nothing more, and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #handle({ messageId, popReceipt, messageText, dequeueCount, insertedOn }: DequeuedMessageItem): Promise<void> {
    const { maxDequeueCount, visibilityTimeout } = this.#options;
    const text = fromBase64(messageText);
    try {
      await this.#call({
        message: parsed(text),
        triggerMetadata: { id: messageId, dequeueCount, insertionTime: insertedOn.toISOString() },
      });
    } catch {
      if (dequeueCount < maxDequeueCount) {
        await this.#queue.updateMessage(messageId, popReceipt, undefined, visibilityTimeout);
        return;
      }
      await this.#poison.sendMessage(messageText, { messageTimeToLive: -1 });
    }
    await this.#queue.deleteMessage(messageId, popReceipt);
  }
}

/** The library for Node makes an object of what is JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { type Publisher, type OutgoingMessage } from '../queue/publisher.ts';
import { chunksBySize } from '../table/collection.ts';
import { packFan, type Command } from './fan-message.ts';

interface Waiting {
  readonly message: OutgoingMessage;
  readonly done: (failure: unknown) => void;
}

/** In one request. @see https://cloud.google.com/pubsub/quotas#resource_limits */
const maxPublished = 1_000;
const maxPublishBytes = 9_500_000;

/** Tells other instances what to do: one request after the other, so that all arrives in its order. */
export class FanOut {
  readonly #publisher: Publisher;
  readonly #topic: string;
  readonly #self: string;
  #waiting: Waiting[] = [];
  #publishing = false;
  #numbers = 0;

  constructor(publisher: Publisher, topic: string, self: string) {
    this.#publisher = publisher;
    this.#topic = topic;
    this.#self = self;
  }

  /** @param to - One instance; all others without one. @returns Once Pub/Sub has it. */
  tell(to: string | undefined, command: Command): Promise<void> {
    const message = packFan({ from: this.#self, number: ++this.#numbers, to, command });
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        message,
        done: (failure) => (failure === undefined ? resolve() : reject(failure as Error)),
      });
      void this.#publishAll();
    });
  }

  /**
   * What an instance tells itself comes most often behind what others have told it before, and may come first: Pub/Sub keeps
   * an order within what one of them tells, and none across. Once only.
   *
   * @see https://cloud.google.com/pubsub/docs/ordering#considerations_when_using_ordered_messaging
   */
  async tellSelf(command: Command): Promise<void> {
    // Under another name, since subscriptions let nothing of their own through.
    const message = packFan({ from: `${this.#self}-self`, number: 1, to: this.#self, command });
    await this.#publisher.publish(this.#topic, [message], { repeatable: true });
  }

  /** Whatever is told while a request is under way goes together in the next. */
  async #publishAll(): Promise<void> {
    if (this.#publishing) return;
    this.#publishing = true;
    while (this.#waiting.length > 0) {
      const batches = chunksBySize(
        this.#waiting,
        maxPublished,
        ({ message }) => message.data.length + 500,
        maxPublishBytes,
      );
      this.#waiting = [];
      for (const batch of batches) {
        const failure = await this.#publisher.publish(this.#topic, messagesOf(batch), { repeatable: true }).then(
          () => undefined,
          (error: unknown) => error,
        );
        for (const { done } of batch) done(failure);
      }
    }
    this.#publishing = false;
  }
}

const messagesOf = (batch: readonly Waiting[]): readonly OutgoingMessage[] => batch.map(({ message }) => message);

import { packCarried, sideBySide, type Carried } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { chunksBySize } from '../table/collection.ts';

/**
 * JSON of the largest message, in bytes. A request has 10 MB at most; data travels in it as base64, a third longer.
 *
 * @see https://cloud.google.com/pubsub/quotas#resource_limits
 */
export const maxPubsubMessageBytes = 7_000_000;
/** @see https://cloud.google.com/pubsub/quotas#resource_limits */
const maxPublished = 1_000;
/** Of one request with all its base64, in bytes. */
const maxPublishBytes = 9_500_000;
/** Requests under way at once, where nothing depends on their order. */
const requestsAtOnce = 4;

/** A message as Pub/Sub takes it. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
export interface OutgoingMessage {
  readonly data: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

export const outgoing = (carried: Carried, attributes?: Readonly<Record<string, string>>): OutgoingMessage => ({
  data: Buffer.from(packCarried(carried)).toString('base64'),
  ...(attributes === undefined ? {} : { attributes }),
  // Pub/Sub takes an empty key for none, and an empty key is a key here.
  ...(carried.key === undefined ? {} : { orderingKey: `k${carried.key}` }),
});

/** Publishes to the topics of one project. What it throws is Google's, not yet a port's. */
export class Publisher {
  readonly #rest: GoogleRest;
  readonly #project: string;

  /** @param project - Its id. */
  constructor(rest: GoogleRest, project: string) {
    this.#rest = rest;
    this.#project = project;
  }

  /**
   * All of the messages, which must fit into one request; or none for sure.
   *
   * @param options.repeatable - What comes twice does no harm. @default without an order, which cannot bear it
   */
  async publish(
    topic: string,
    messages: readonly OutgoingMessage[],
    options: { readonly repeatable?: boolean } = {},
  ): Promise<void> {
    const ordered = messages.some(({ orderingKey }) => orderingKey !== undefined);
    await this.#rest.call({
      method: 'POST',
      path: `projects/${this.#project}/topics/${topic}:publish`,
      body: { messages },
      repeatable: options.repeatable ?? !ordered,
    });
  }

  /** Any number of messages, in as few requests as they fit into. @returns Why each was not published, in order. */
  async publishAll(topic: string, messages: readonly OutgoingMessage[]): Promise<readonly unknown[]> {
    const parts = chunksBySize(messages, maxPublished, ({ data }) => data.length + 2_000, maxPublishBytes);
    const ordered = messages.some(({ orderingKey }) => orderingKey !== undefined);
    const failures = await sideBySide(parts, ordered ? 1 : requestsAtOnce, async (part) => {
      const failure = await this.publish(topic, part).then(
        () => undefined,
        (error: unknown) => error,
      );
      return part.map(() => failure);
    });
    return failures.flat();
  }
}

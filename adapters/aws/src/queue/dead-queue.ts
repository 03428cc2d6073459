import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { chunks, PortError, unpackCarried, type DeadLetter, type DeadLetterOptions, type Page } from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error.ts';
import { decodeCursor, encodeCursor } from '@portolan/node';
import { attributeText } from './message-text.ts';
import type { Outgoing, Sending } from './sending.ts';

/** Why a message is in the dead-letter queue. */
export interface Epitaph {
  /** Deliveries made. */
  readonly attempts: number;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly deadAt: number;
}

/** Bytes at most that an epitaph adds to a message, as attributes with their names and types. */
export const epitaphBytes = 2_048;

/** Dead letters that one look takes in. */
export const maxLook = 1_000;
/** How long a look may keep dead letters from other eyes, in seconds, should it never end. */
const lookSeconds = 30;

export interface DeadQueueSettings {
  readonly name: string;
  /** How often SQS hands a message out by itself before it lets it die. */
  readonly maxReceives: number;
  readonly fifo: boolean;
}

/**
 * A dead-letter queue: what was buried by the adapter with the reason in its attributes, and what SQS has moved there.
 *
 * SQS can neither list nor page. A look receives all that is there, up to 1,000 letters, puts it in order by the time of
 * death, and gives everything back at once; a cursor says behind which letter to go on, of another look. Two looks at one
 * time may hide letters from each other, and what died within the last moments may be missing.
 */
export class DeadQueue {
  readonly #sending: Sending;
  readonly #settings: DeadQueueSettings;
  readonly #what: string;

  constructor(sending: Sending, settings: DeadQueueSettings) {
    this.#sending = sending;
    this.#settings = settings;
    this.#what = `queue "${settings.name}"`;
  }

  /** @param id - The same for each attempt to bury the same copy. */
  async bury(body: string, { attempts, reason, deadAt }: Epitaph, id: string): Promise<void> {
    await this.#sending.one(this.#settings.name, {
      body,
      attributes: {
        reason: { DataType: 'String', StringValue: attributeText(reason) },
        attempts: { DataType: 'Number', StringValue: String(attempts) },
        deadAt: { DataType: 'Number', StringValue: String(deadAt) },
      },
      // A group for each, or a look could see but one letter of a group.
      ...(this.#settings.fifo ? { fifo: { group: id, dedupe: id } } : {}),
    });
  }

  async list({ limit = 100, cursor }: DeadLetterOptions = {}): Promise<Page<DeadLetter<unknown>>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new PortError('invalid', `${this.#what}: limit must be an integer from 1 to 100, not ${limit}`);
    const scope = [this.#settings.name, 'dead'];
    const after = cursor === undefined ? undefined : decodeCursor(this.#what, scope, cursor, ['string', 'string']);
    const taken = await this.#take(maxLook, lookSeconds);
    await this.#giveBack(taken);
    const letters = taken
      .map((message) => ({ letter: this.#letterOf(message), position: positionOf(message) }))
      .sort((a, b) => compare(a.position, b.position))
      .filter(({ position }) => after === undefined || compare(position, after) > 0);
    const page = letters.slice(0, limit);
    return {
      items: page.map(({ letter }) => letter),
      ...(letters.length > limit ? { cursor: encodeCursor(scope, page.at(-1)!.position) } : {}),
    };
  }

  /**
   * Sends letters back, and removes them here once that is done.
   *
   * @param back - What to send for a letter's body.
   * @throws {PortError} as sending does; what was not sent stays.
   */
  async redrive(queueName: string, limit: number, back: (body: string, id: string) => Outgoing): Promise<number> {
    let moved = 0;
    while (moved < limit) {
      const taken = await this.#take(Math.min(10, limit - moved), lookSeconds);
      if (taken.length === 0) break;
      const outgoing = taken.map(({ Body, MessageId }) => back(Body!, MessageId!));
      const results = await this.#sending.many(queueName, outgoing, this.#settings.fifo);
      const sent = taken.filter((_, index) => results[index]!.kind === 'sent');
      await this.#remove(sent);
      moved += sent.length;
      const failed = results.find((result) => result.kind === 'failed');
      if (failed !== undefined) throw failed.error;
    }
    return moved;
  }

  /** Receives up to `max` letters, until none is left. */
  async #take(max: number, seconds: number): Promise<Message[]> {
    const taken = new Map<string, Message>();
    let wait = 0;
    while (taken.size < max) {
      const messages = await this.#receive(Math.min(10, max - taken.size), seconds, wait);
      for (const message of messages) taken.set(message.MessageId!, message);
      if (messages.length > 0) continue;
      // A short answer asks some of the servers; an empty one means little while the queue says that there is more.
      if (wait > 0 || !(await this.#holdsMore())) break;
      wait = 1;
    }
    return [...taken.values()];
  }

  async #receive(count: number, seconds: number, wait: number): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#call(async (QueueUrl) =>
      this.#sending.client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: count,
          VisibilityTimeout: seconds,
          WaitTimeSeconds: wait,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      ),
    );
    return Messages;
  }

  async #holdsMore(): Promise<boolean> {
    const { Attributes } = await this.#call(async (QueueUrl) =>
      this.#sending.client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      ),
    );
    return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0) > 0;
  }

  async #giveBack(messages: readonly Message[]): Promise<void> {
    for (const chunk of chunks(messages, 10)) {
      const Entries = chunk.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      await this.#call(async (QueueUrl) =>
        this.#sending.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })),
      );
    }
  }

  async #remove(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await this.#call(async (QueueUrl) =>
      this.#sending.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
    );
    // They were sent back, and will be once more: at least once.
    const [failed] = Failed;
    if (failed !== undefined) throw portErrorOf({ name: failed.Code, message: failed.Message }, this.#what);
  }

  async #call<T>(run: (url: string) => Promise<T>): Promise<T> {
    try {
      return await run(await this.#sending.urls.of(this.#settings.name));
    } catch (error) {
      throw portErrorOf(error, this.#what);
    }
  }

  #letterOf(message: Message): DeadLetter<unknown> {
    const { Body = '', MessageId = '', MessageAttributes = {} } = message;
    const carried = unpackCarried(Body);
    const epitaph = (name: string): string | undefined => MessageAttributes[name]?.StringValue;
    const { maxReceives } = this.#settings;
    return {
      id: carried?.id ?? MessageId,
      message: carried === undefined ? Body : carried.message,
      attempts: Number(epitaph('attempts') ?? (carried?.attempts ?? 0) + maxReceives),
      reason: epitaph('reason') ?? noAnswer(maxReceives),
      deadAt: deadAtOf(message),
    };
  }
}

/** The reason of what died without a word: its function crashed each time, or ran out of time. */
export const noAnswer = (times: number): string => `gave no answer ${times} times`;

/** Of what SQS has moved by itself nobody knows when: it is listed under the time when it was sent. */
function deadAtOf({ MessageAttributes, Attributes }: Message): number {
  return Number(MessageAttributes?.['deadAt']?.StringValue ?? Attributes?.SentTimestamp ?? 0);
}

/** The oldest first. Digits of the same number, so that texts sort as numbers do. */
const positionOf = (message: Message): readonly [string, string] => [
  String(deadAtOf(message)).padStart(15, '0'),
  message.MessageId!,
];

const compare = ([at, id]: readonly string[], [otherAt, otherId]: readonly string[]): number => {
  if (at !== otherAt) return at! < otherAt! ? -1 : 1;
  return id === otherId ? 0 : id! < otherId! ? -1 : 1;
};

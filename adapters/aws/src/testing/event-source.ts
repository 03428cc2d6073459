import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { eventOf } from './sqs-trigger.ts';

/** Calls a function. Rejects as Lambda reports a failure, a timeout included. */
export type Invoke = (event: unknown) => Promise<unknown>;

/** How long a look at what is under way waits for it: what takes longer waits for time to be moved. */
const patienceMs = 25;

/**
 * Lambda's event source mapping for one SQS queue, which calls a deployed function: up to `batchSize` messages (10 at most)
 * an event; deletes all but those that the answer names, and none when the call fails. Calls run side by side.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class EventSource {
  readonly #sqs: SQSClient;
  readonly #queueName: string;
  readonly #batchSize: number;
  readonly #invoke: Invoke;
  readonly #underWay = new Set<Promise<void>>();
  #url: string | undefined;

  constructor(sqs: SQSClient, queueName: string, batchSize: number, invoke: Invoke) {
    this.#sqs = sqs;
    this.#queueName = queueName;
    this.#batchSize = Math.min(10, batchSize);
    this.#invoke = invoke;
  }

  /** Receives once, and calls the function with what came. @returns Whether anything came. */
  async poll(): Promise<boolean> {
    this.#url ??= (await this.#sqs.send(new GetQueueUrlCommand({ QueueName: this.#queueName }))).QueueUrl!;
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: this.#batchSize,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length > 0) {
      const call = this.#call(Messages).finally(() => this.#underWay.delete(call));
      this.#underWay.add(call);
    }
    return Messages.length > 0;
  }

  /** Waits for calls that need no more than a moment. */
  async quiet(): Promise<void> {
    await Promise.race([
      Promise.all(this.#underWay),
      new Promise((resolve) => setTimeout(resolve, patienceMs).unref()),
    ]);
  }

  async #call(messages: readonly Message[]): Promise<void> {
    const answer = await this.#invoke(eventOf(messages)).catch(() => undefined);
    if (answer === undefined) return;
    const failed = new Set((answer as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const handled = messages.filter(({ MessageId }) => !failed.has(MessageId!));
    if (handled.length === 0) return;
    const Entries = handled.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    // An acknowledgement that is lost, as when the engine ends first, has the message come again: so does the platform's.
    await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries })).catch(() => undefined);
  }
}

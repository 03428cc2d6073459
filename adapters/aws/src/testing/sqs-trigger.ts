import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type MessageSystemAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { ConsumeOptions, Consumer, Consumption, Receiver } from '@portolan/kernel';
import type { SQSBatchResponse, SQSEvent, SQSRecord, SQSRecordAttributes } from 'aws-lambda';

/** Turns of the event loop after which a handler that has not answered waits for the test itself. */
const handlerTurns = 20;

/** One call of the function. */
interface Invocation {
  /** Handlers that have not answered. */
  pending: number;
  over: boolean;
  readonly ended: Promise<void>;
}

export interface SqsTriggerSettings {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly receiver: Receiver<SQSEvent, SQSBatchResponse>;
  readonly consumer: Consumer;
  readonly options: ConsumeOptions;
  readonly now: () => number;
}

/**
 * Lambda's event source mapping for SQS, as far as a function can tell: it receives up to the batch size, but never over
 * 10 at once, calls the function with one event for them, and deletes all but those that the answer names; all of them
 * stay when the function throws, or has not answered within its timeout, which is taken to be the port's visibility time.
 * It never changes a message's visibility. Calls run side by side.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (polling, the event)
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (partial batch responses)
 */
export class SqsTrigger implements Consumption {
  readonly #settings: SqsTriggerSettings;
  readonly #underWay = new Set<Invocation>();
  #stopped = false;

  constructor(settings: SqsTriggerSettings) {
    this.#settings = settings;
  }

  /** Receives once, and calls the function with what came. @returns Whether anything came. */
  async poll(): Promise<boolean> {
    const { client, queueUrl, options } = this.#settings;
    if (this.#stopped) return false;
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, options.batchSize),
        MessageSystemAttributeNames: ['All' satisfies MessageSystemAttributeName],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length > 0) this.#invoke(Messages);
    return Messages.length > 0;
  }

  /** Resolves when every call has ended, or waits for nothing but a handler. */
  async quiet(): Promise<void> {
    for (const invocation of [...this.#underWay]) {
      let turns = 0;
      while (!invocation.over && turns < handlerTurns) {
        await Promise.race([invocation.ended, new Promise((resolve) => setImmediate(resolve))]);
        turns = invocation.pending > 0 ? turns + 1 : 0;
      }
    }
  }

  /** Takes on nothing more. */
  halt(): void {
    this.#stopped = true;
  }

  async stop(): Promise<void> {
    this.halt();
    await Promise.all([...this.#underWay].map(({ ended }) => ended));
  }

  #invoke(messages: readonly Message[]): void {
    const { receiver, consumer, options, now } = this.#settings;
    const timeoutAt = now() + options.visibilityMs;
    const counted: Consumer = (batch) => {
      invocation.pending += batch.length;
      const answers = consumer(batch);
      for (const answer of answers)
        void answer.then(
          () => invocation.pending--,
          () => invocation.pending--,
        );
      return answers;
    };
    const run = async (): Promise<void> => {
      const { batchItemFailures } = await receiver.receive(eventOf(messages), counted, options);
      if (now() > timeoutAt) return;
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await this.#delete(messages.filter(({ MessageId }) => !failed.has(MessageId!)));
    };
    const invocation: Invocation = { pending: 0, over: false, ended: Promise.resolve().then(run).catch(() => {}).then(() => this.#end(invocation)) }; // prettier-ignore
    this.#underWay.add(invocation);
  }

  #end(invocation: Invocation): void {
    invocation.over = true;
    this.#underWay.delete(invocation);
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { client, queueUrl } = this.#settings;
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export function eventOf(messages: readonly Message[]): SQSEvent {
  return {
    Records: messages.map(
      ({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, MessageAttributes = {} }): SQSRecord => ({
        messageId: MessageId!,
        receiptHandle: ReceiptHandle!,
        body: Body!,
        attributes: Attributes as unknown as SQSRecordAttributes,
        messageAttributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [
            name,
            { dataType: DataType!, ...(StringValue === undefined ? {} : { stringValue: StringValue }) },
          ]),
        ),
        md5OfBody: MD5OfBody!,
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:queue',
        awsRegion: 'eu-central-1',
      }),
    ),
  };
}

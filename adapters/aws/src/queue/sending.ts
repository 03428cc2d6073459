import {
  SendMessageBatchCommand,
  SendMessageCommand,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { PortError, sideBySide, utf8Bytes, type Random, type SendResult } from '@portolan/kernel';
import { pause, type Patience } from '../clients/pause.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { maxSqsBytes } from './message-text.ts';
import type { QueueUrls } from './queue-urls.ts';

/** A message as SQS takes it. */
export interface Outgoing {
  readonly body: string;
  readonly delaySeconds?: number;
  /** On FIFO queues only, and always there. */
  readonly fifo?: { readonly group: string; readonly dedupe: string };
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
}

/** Entries of one batch. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const maxBatchEntries = 10;
/** Batches under way at one time, where their order does not matter. */
const width = 8;
/** How often entries are tried that SQS itself failed to take. */
const refused: Patience = { maxAttempts: 3, baseMs: 50, capMs: 500 };

/** Sends to queues by name. */
export class Sending {
  readonly client: SQSClient;
  readonly urls: QueueUrls;
  readonly #random: Random;

  constructor(client: SQSClient, urls: QueueUrls, random: Random) {
    this.client = client;
    this.urls = urls;
    this.#random = random;
  }

  /** @throws {PortError} `too-large` over what SQS carries, and whatever SQS answers. */
  async one(queueName: string, message: Outgoing): Promise<void> {
    checkSize(queueName, message);
    const QueueUrl = await this.urls.of(queueName);
    try {
      await this.client.send(new SendMessageCommand({ QueueUrl, ...wire(message) }));
    } catch (error) {
      throw portErrorOf(error, `queue "${queueName}"`);
    }
  }

  /**
   * Sends each on its own, in batches of up to 10 and 1 MiB.
   *
   * @param inOrder - One batch after the other, and none of it twice, so that nothing overtakes.
   * @returns One result for each, in order. An error in `messages` is its own result.
   */
  async many(queueName: string, messages: readonly (Outgoing | Error)[], inOrder: boolean): Promise<SendResult[]> {
    const results = messages.map((message): SendResult | undefined =>
      message instanceof Error ? { kind: 'failed', error: message } : undefined,
    );
    const open = messages.flatMap((message, index) => (message instanceof Error ? [] : [{ message, index }]));
    if (open.length === 0) return results as SendResult[];
    const QueueUrl = await this.urls.of(queueName);
    await sideBySide(batches(open), inOrder ? 1 : width, async (batch) => {
      const failures = await this.#batch(queueName, QueueUrl, batch, inOrder ? 1 : refused.maxAttempts);
      for (const { index } of batch) results[index] = failures.get(index) ?? { kind: 'sent' };
    });
    return results as SendResult[];
  }

  async #batch(
    queueName: string,
    QueueUrl: string,
    batch: readonly Numbered[],
    maxAttempts: number,
  ): Promise<ReadonlyMap<number, SendResult>> {
    const failures = new Map<number, SendResult>();
    const fail = (index: number, error: unknown) =>
      failures.set(index, { kind: 'failed', error: portErrorOf(error, `queue "${queueName}"`) });
    let left = batch;
    for (let attempt = 1; left.length > 0; attempt++) {
      const Entries = left.map(({ message, index }) => ({ Id: String(index), ...wire(message) }));
      try {
        const { Failed = [] } = await this.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        for (const { Id, Code, Message } of Failed) fail(Number(Id), { name: Code, message: Message });
        const again = new Set(Failed.filter(({ SenderFault }) => SenderFault !== true).map(({ Id }) => Number(Id)));
        left = attempt === maxAttempts ? [] : left.filter(({ index }) => again.has(index));
      } catch (error) {
        for (const { index } of left) fail(index, error);
        return failures;
      }
      if (left.length === 0) break;
      await pause(attempt, this.#random, refused);
      for (const { index } of left) failures.delete(index);
    }
    return failures;
  }
}

interface Numbered {
  readonly message: Outgoing;
  readonly index: number;
}

/** Batches in the order of the messages. */
export function batches<One extends { readonly message: Outgoing }>(all: readonly One[]): One[][] {
  const cut: One[][] = [];
  let bytes = Infinity;
  for (const one of all) {
    const own = sizeOf(one.message);
    const last = cut.at(-1);
    if (last === undefined || last.length === maxBatchEntries || bytes + own > maxSqsBytes) {
      cut.push([one]);
      bytes = own;
    } else {
      last.push(one);
      bytes += own;
    }
  }
  return cut;
}

/** Bytes that count against the limits: of the body, and of the attributes with their names and types. */
export function sizeOf({ body, attributes = {} }: Outgoing): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '' }]) =>
      sum + utf8Bytes(name) + utf8Bytes(DataType) + utf8Bytes(StringValue),
    utf8Bytes(body),
  );
}

/** @throws {PortError} `too-large` for what no queue carries. */
export function checkSize(queueName: string, message: Outgoing): void {
  const bytes = sizeOf(message);
  if (bytes > maxSqsBytes)
    throw new PortError('too-large', `queue "${queueName}": ${bytes} bytes to send; at most ${maxSqsBytes} fit`);
}

function wire({ body, delaySeconds, fifo, attributes }: Outgoing) {
  return {
    MessageBody: body,
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    ...(fifo === undefined ? {} : { MessageGroupId: fifo.group, MessageDeduplicationId: fifo.dedupe }),
    ...(attributes === undefined ? {} : { MessageAttributes: attributes }),
  };
}

import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import {
  chunks,
  PortError,
  reasonOf,
  settle,
  type Arrival,
  type Buried,
  type Carried,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type RetryPolicy,
} from '@portolan/kernel';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { portErrorOf } from '../errors/port-error.ts';
import { noAnswer, type DeadQueue } from './dead-queue.ts';
import { EarlyDeletes } from './early-deletes.ts';
import { reborn, sqsText } from './message-text.ts';
import type { Sending } from './sending.ts';
import type { Wait, Waits } from './waits.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html */
export const maxDelaySeconds = 900;
/**
 * SQS keeps a message for 12 hours from its receipt at most, of which a function may have used up 15 minutes.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
const maxKeepSeconds = 12 * 3_600 - 900;

export interface ReceptionSettings {
  readonly queueName: string;
  readonly retry: RetryPolicy;
  readonly environment: Environment;
  /** What a message's body carries; `undefined` for one that somebody else has sent. */
  readonly read: (body: string) => Carried | undefined;
  /** There for a FIFO queue, which keeps what has to come again, so that its group waits. */
  readonly waits?: Waits;
}

interface SqsArrival extends Arrival {
  readonly record: SQSRecord;
  /** Messages of one group are delivered one at a time. */
  readonly group: string;
  readonly uncounted: number;
}

type Outcome = 'done' | 'left';

/**
 * How often SQS may hand out a message that gets no answer before it is given up: at least 5 times, as a receipt is also
 * counted where Lambda was throttled and never called the function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const unansweredLimit = ({ maxAttempts }: RetryPolicy): number => Math.max(maxAttempts, 5);

/** What a function does with messages of one SQS queue that Lambda calls it with. */
export class Reception {
  readonly #sending: Sending;
  readonly #dead: DeadQueue;
  readonly #settings: ReceptionSettings;

  constructor(sending: Sending, dead: DeadQueue, settings: ReceptionSettings) {
    this.#sending = sending;
    this.#dead = dead;
    this.#settings = settings;
  }

  /**
   * Delivers what Lambda hands over; a group's messages one after the other, and no more of it once one has failed.
   *
   * @returns The messages that SQS shall not forget.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (partial batch responses)
   */
  async receive(
    { Records }: SQSEvent,
    consumer: Consumer,
    { batchSize }: Pick<ConsumeOptions, 'batchSize'>,
  ): Promise<SQSBatchResponse> {
    if (!Array.isArray(Records))
      throw new PortError('invalid', `queue "${this.#settings.queueName}": expected an event of SQS, with Records`);
    const arrivals = await this.#arrivals(Records);
    const left = new Set<SQSRecord>();
    using early = new EarlyDeletes(this.#settings.waits === undefined ? 0 : arrivals.length, (records) =>
      this.#forget(records),
    );
    const mark = (record: SQSRecord, outcome: Outcome): void => {
      if (outcome === 'left') left.add(record);
      early.ended(record, outcome === 'done');
    };
    const groups = [...Map.groupBy(arrivals, ({ group }) => group).values()];
    // The first of each group together, so that a handler of batches gets batches; what follows them one by one.
    const heads = chunks(groups.map(([head]) => head!), batchSize).flatMap((batch) => this.#settle(batch, consumer)); // prettier-ignore
    await Promise.all(
      groups.map(async ([head, ...rest], index) => {
        let outcome = await heads[index]!;
        mark(head!.record, outcome);
        for (const [at, arrival] of rest.entries()) {
          if (outcome === 'left') {
            for (const { record } of rest.slice(at)) mark(record, 'left');
            return this.#release(rest.slice(at));
          }
          outcome = await this.#settle([arrival], consumer)[0]!;
          mark(arrival.record, outcome);
        }
      }),
    );
    return { batchItemFailures: [...left].map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  async #arrivals(records: readonly SQSRecord[]): Promise<readonly SqsArrival[]> {
    const again = records.filter((record) => receiptsOf(record) > 1).map(({ messageId }) => messageId);
    const waits: ReadonlyMap<string, Wait> = (await this.#settings.waits?.of(again)) ?? new Map<string, Wait>();
    return records.map((record) => {
      const { uncounted = 0, notBefore } = waits.get(record.messageId) ?? {};
      const carried = this.#settings.read(record.body) ?? foreign(record);
      const group = this.#settings.waits === undefined ? undefined : record.attributes.MessageGroupId;
      return {
        record,
        carried: { ...carried, ...(notBefore === undefined ? {} : { notBefore }) },
        deliveries: Math.max(1, receiptsOf(record) - uncounted),
        group: group ?? `alone ${record.messageId}`,
        uncounted,
      };
    });
  }

  #settle(batch: readonly SqsArrival[], consumer: Consumer): readonly Promise<Outcome>[] {
    const { retry, environment } = this.#settings;
    const given = batch.filter((arrival) => this.#lost(arrival) === undefined);
    const outcomes = settle(given, consumer, { retry, environment, outlet: this });
    return batch.map((arrival) => {
      const reason = this.#lost(arrival);
      return reason === undefined ? outcomes[given.indexOf(arrival)]! : this.#giveUp(arrival, reason);
    });
  }

  /** Why a message is not delivered at all. */
  #lost({ record, deliveries }: SqsArrival): string | undefined {
    if (this.#settings.read(record.body) === undefined) return 'was sent by somebody else: it has no envelope';
    // A standard queue buries those by itself. A FIFO queue would have to be told how many receipts were no attempts.
    const unanswered = this.#settings.waits === undefined ? 0 : deliveries - 1;
    return unanswered >= unansweredLimit(this.#settings.retry) ? noAnswer(unanswered) : undefined;
  }

  async #giveUp({ record, carried, deliveries }: SqsArrival, reason: string): Promise<Outcome> {
    const { clock, log } = this.#settings.environment;
    try {
      const attempts = carried.attempts + deliveries - 1;
      await this.#dead.bury(record.body, { attempts, reason, deadAt: clock.now() }, record.messageId);
      return 'done';
    } catch (error) {
      log.error('a message could not be buried; SQS will deliver it again', { reason: reasonOf(error) });
      return 'left';
    }
  }

  /** Part of the outlet that failed deliveries go to. */
  async again(copy: Carried, delayMs: number, arrival: SqsArrival): Promise<'kept' | 'sent'> {
    const { queueName, waits } = this.#settings;
    const seconds = Math.ceil(delayMs / 1_000);
    if (waits === undefined) {
      // What SQS cannot delay for so long comes sooner, and is put off again until `notBefore`.
      await this.#sending.one(queueName, {
        body: sqsText(copy),
        delaySeconds: Math.min(seconds, maxDelaySeconds),
      });
      return 'sent';
    }
    const { record, carried, deliveries, uncounted } = arrival;
    const counts = copy.attempts === carried.attempts + deliveries;
    if (!counts || seconds > maxKeepSeconds) {
      const { notBefore } = copy;
      const wait = { id: record.messageId, uncounted: uncounted + (counts ? 0 : 1) };
      await waits.note([{ ...wait, ...(notBefore === undefined ? {} : { notBefore }) }]);
    }
    await this.#keep(record, Math.min(seconds, maxKeepSeconds));
    return 'kept';
  }

  /** The other part. The dead letter is the message as it begins anew, so that a redrive of SQS's own is right, too. */
  async bury({ carried, attempts, reason, deadAt }: Buried, arrival: SqsArrival): Promise<void> {
    const epitaph = { attempts, reason, deadAt };
    await this.#dead.bury(sqsText(reborn(carried)), epitaph, arrival.record.messageId);
  }

  async #keep({ receiptHandle }: SQSRecord, seconds: number): Promise<void> {
    const { queueName } = this.#settings;
    const QueueUrl = await this.#sending.urls.of(queueName);
    const input = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    try {
      await this.#sending.client.send(new ChangeMessageVisibilityCommand(input));
    } catch (error) {
      throw portErrorOf(error, `queue "${queueName}"`);
    }
  }

  async #forget(records: readonly SQSRecord[]): Promise<void> {
    const { queueName, environment } = this.#settings;
    try {
      const QueueUrl = await this.#sending.urls.of(queueName);
      for (const chunk of chunks(records, 10)) {
        const Entries = chunk.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
        await this.#sending.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    } catch (error) {
      environment.log.warn('handled messages could not be deleted early; they are when the call ends', {
        queue: queueName,
        reason: reasonOf(error),
      });
    }
  }

  /**
   * Gives back what stands behind a failed message of its group, without which SQS would hold the group back until its
   * visibility timeout. Where that fails, it comes later, and its receipt counts.
   */
  async #release(arrivals: readonly SqsArrival[]): Promise<void> {
    const { queueName, waits, environment } = this.#settings;
    try {
      await waits?.note(
        arrivals.map(({ record, uncounted, carried }) => ({
          id: record.messageId,
          uncounted: uncounted + 1,
          ...(carried.notBefore === undefined ? {} : { notBefore: carried.notBefore }),
        })),
      );
      const QueueUrl = await this.#sending.urls.of(queueName);
      for (const chunk of chunks(arrivals, 10)) {
        const Entries = chunk.map(({ record }, index) => ({
          Id: String(index),
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: 0,
        }));
        await this.#sending.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    } catch (error) {
      environment.log.warn('messages behind a failed one could not be given back; they come later', {
        queue: queueName,
        reason: reasonOf(error),
      });
    }
  }
}

const receiptsOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);

const foreign = ({ messageId, body, attributes }: SQSRecord): Carried => ({
  id: messageId,
  message: body,
  at: Number(attributes.SentTimestamp),
  attempts: 0,
});

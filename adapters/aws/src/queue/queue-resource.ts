import type { CreateQueueCommandInput } from '@aws-sdk/client-sqs';
import { days, type QueuePort, type RetryPolicy } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { boundedName } from '../clients/bounded-name.ts';
import { unansweredLimit } from './reception.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The queues of one port. */
export interface QueueNames {
  readonly main: string;
  readonly dead: string;
  readonly fifo: boolean;
}

/** @throws {RangeError} for names that are too long for SQS. */
export function queueNames(service: string, port: string, fifo: boolean, part?: string, env?: Env): QueueNames {
  const suffix = fifo ? '.fifo' : '';
  const main = boundedName('queue', `${resourceName(service, port, part, env)}${suffix}`);
  const dead = boundedName('queue', `${resourceName(service, port, part === undefined ? 'dead' : `${part}-dead`, env)}${suffix}`); // prettier-ignore
  return { main, dead, fifo };
}

/**
 * Receipts after which SQS moves a message to the dead letters by itself: the net below the adapter, for functions that
 * crash before they can say anything. A FIFO queue also counts receipts that were no attempts, so the adapter counts
 * there, and SQS has its own maximum.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export const maxReceives = (retry: RetryPolicy, fifo: boolean): number => (fifo ? 1_000 : unansweredLimit(retry));

export interface QueueResourceOptions {
  /**
   * How often the timeout of the function fits into the time that SQS keeps a received message back. AWS asks for at least
   * 1 and advises 6, so that Lambda can try again while it is throttled; that long a message waits whose function
   * crashed. @default 6
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  readonly timesFunctionTimeout?: number;
  /** Where the stage is read from. @default the process's environment */
  readonly env?: Env;
}

/** What has to exist for one queue, as the inputs of the calls that make it. */
export interface SqsQueueResource {
  /** To be made first. */
  readonly dead: CreateQueueCommandInput;
  /** @param deadArn - Of the dead-letter queue, once it is there. */
  readonly main: (deadArn: string) => CreateQueueCommandInput;
}

/** A standard queue with its dead-letter queue. The function's timeout is taken to be the port's `visibilityMs`. */
export const sqsQueueResource = (service: string, port: QueuePort, options: QueueResourceOptions = {}) =>
  queueResource(queueNames(service, port.name, false, undefined, options.env), port, options);

/** A FIFO queue with its dead-letter queue. */
export const sqsFifoQueueResource = (service: string, port: QueuePort, options: QueueResourceOptions = {}) =>
  queueResource(queueNames(service, port.name, true, undefined, options.env), port, options);

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const limits = { retentionSeconds: days(14) / 1_000, visibilitySeconds: 12 * 3_600 } as const;

/** The attributes of a queue and of its dead letters; both keep what they hold for the 14 days that SQS can. */
export function queueResource(
  { main, dead, fifo }: QueueNames,
  port: Pick<QueuePort, 'retry' | 'visibilityMs'> & Partial<Pick<QueuePort, 'ordered' | 'dedupe'>>,
  { timesFunctionTimeout = 6 }: QueueResourceOptions,
): SqsQueueResource {
  const visibility = Math.ceil((timesFunctionTimeout * port.visibilityMs) / 1_000);
  const common = {
    MessageRetentionPeriod: String(limits.retentionSeconds),
    ...(fifo ? { FifoQueue: 'true' } : {}),
  };
  // Ids are remembered by the queue as a whole where the port deduplicates; otherwise each group is as fast as a queue.
  const perGroup = fifo && port.ordered === true && port.dedupe !== true;
  return {
    dead: { QueueName: dead, Attributes: common },
    main: (deadArn) => ({
      QueueName: main,
      Attributes: {
        ...common,
        VisibilityTimeout: String(Math.min(visibility, limits.visibilitySeconds)),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: maxReceives(port.retry, fifo) }),
        ...(perGroup ? { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' } : {}),
      },
    }),
  };
}

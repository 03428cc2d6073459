import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Opening } from '@portolan/composition';
import type { TimerPort } from '@portolan/kernel';
import { duePort, type DueCall } from '@portolan/portable';
import { portErrorOf } from '../errors/port-error.ts';
import { sqsText } from '../queue/message-text.ts';
import { queueNames } from '../queue/queue-resource.ts';
import { maxDelaySeconds } from '../queue/reception.ts';
import { QueueUrls } from '../queue/queue-urls.ts';

/** The longest that SQS holds a message back, in milliseconds. */
export const maxDelayMs = maxDelaySeconds * 1_000;

/** The queue behind a timer port, as other services of AWS send to it. */
export class DueQueue {
  readonly #client: SQSClient;
  readonly #urls: QueueUrls;
  readonly #place: Pick<Opening<TimerPort>, 'service' | 'port' | 'environment'>;
  #arn: Promise<string> | undefined;

  constructor(client: SQSClient, place: Pick<Opening<TimerPort>, 'service' | 'port' | 'environment'>) {
    this.#client = client;
    this.#urls = new QueueUrls(client);
    this.#place = place;
  }

  get name(): string {
    return queueNames(this.#place.service, duePort(this.#place.port, maxDelayMs).name, false).main;
  }

  /** @throws {PortError} `not-found` where there is no such queue. */
  url(): Promise<string> {
    return this.#urls.of(this.name);
  }

  /** Asked for once: it holds the account's number, which a function is not told. */
  async arn(): Promise<string> {
    this.#arn ??= this.#ask().catch((error: unknown) => {
      this.#arn = undefined;
      throw error;
    });
    return this.#arn;
  }

  /** The text of a message as the queue's own adapter would write it. */
  body({ message, at }: DueCall): string {
    return sqsText({
      id: `${message.life}.${message.resent}`,
      message,
      at: this.#place.environment.clock.now(),
      attempts: 0,
      notBefore: at,
    });
  }

  async #ask(): Promise<string> {
    const QueueUrl = await this.url();
    try {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
      return (await this.#client.send(command)).Attributes!['QueueArn']!;
    } catch (error) {
      throw portErrorOf(error, `queue "${this.name}"`);
    }
  }
}

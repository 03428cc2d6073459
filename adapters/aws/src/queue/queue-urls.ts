import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { portErrorOf } from '../errors/port-error.ts';

/**
 * The addresses of queues by name, asked for once in the life of a process: an address holds the account's number, which a
 * function is not told.
 */
export class QueueUrls {
  readonly #client: SQSClient;
  readonly #urls = new Map<string, Promise<string>>();

  constructor(client: SQSClient) {
    this.#client = client;
  }

  /** @throws {PortError} `not-found` where there is no such queue. */
  async of(queueName: string): Promise<string> {
    let url = this.#urls.get(queueName);
    if (url === undefined) {
      url = this.#ask(queueName);
      this.#urls.set(queueName, url);
      // Whoever asks after a failure asks anew.
      url.catch(() => this.#urls.delete(queueName));
    }
    return url;
  }

  async #ask(QueueName: string): Promise<string> {
    try {
      const { QueueUrl } = await this.#client.send(new GetQueueUrlCommand({ QueueName }));
      return QueueUrl!;
    } catch (error) {
      throw portErrorOf(error, `queue "${QueueName}"`);
    }
  }
}

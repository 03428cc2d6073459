import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Harness } from '@portolan/conformance';
import type { MessagePort, Port, QueuePort } from '@portolan/kernel';
import { queueNames, sqsFifoQueueResource, sqsQueueResource } from '../queue/queue-resource.ts';
import { sqsFifoQueue } from '../queue/sqs-fifo-queue.ts';
import { sqsQueue } from '../queue/sqs-queue.ts';
import { waitsPort } from '../queue/waits.ts';
import { createQueue, type Service, type Wiring } from './messaging-harness.ts';

// What suites measure is how soon a lost message comes back: six times as late is as right, and as long to wait for.
const timesFunctionTimeout = 1;

const urlOf =
  (fifo: boolean) =>
  async ({ name, sqs }: Service, port: MessagePort) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueNames(name, port.name, fifo).main }));
    return QueueUrl!;
  };

/** How standard queues are had. */
export const standardQueues: Wiring = {
  async create({ name, sqs }, port) {
    await createQueue(sqs, sqsQueueResource(name, port as unknown as QueuePort, { timesFunctionTimeout }));
  },
  open: ({ name, sqs, environment }, port) =>
    sqsQueue().open({ service: name, port, environment, parts: {} }, sqs as never),
  source: urlOf(false),
};

/** How FIFO queues are had, over tables of an engine of their own. */
export function fifoQueues(tables: Harness): Wiring {
  const waits = new Map<string, unknown>();
  return {
    async create({ name, sqs }, port: Port) {
      const queue = port as unknown as QueuePort;
      await createQueue(sqs, sqsFifoQueueResource(name, queue, { timesFunctionTimeout }));
      waits.set(port.name, await tables.open(waitsPort(queue)));
    },
    open: ({ name, sqs, environment }, port) =>
      sqsFifoQueue().open({ service: name, port, environment, parts: { waits: waits.get(port.name) } }, sqs as never),
    source: urlOf(true),
  };
}

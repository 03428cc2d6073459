import { adapter, type Opening } from '@portolan/composition';
import { kibibytes, type QueuePort } from '@portolan/kernel';
import { queueClientsModule, queueClientsToken, type QueueClients } from '../clients/queue-clients.ts';
import { Mailbox } from './mailbox.ts';
import { queueResources, type QueueResources } from './resources.ts';
import { StorageQueue } from './storage-queue.ts';

export interface StorageQueueOptions {
  /** The setting that names the storage account, as in bindings of Functions. @default 'AzureWebJobsStorage' */
  readonly connection?: string;
}

/** Bytes of the largest message: 48 KiB are 64 in base64, of which 3 are for what travels with it, and why it died. */
export const maxQueueMessageBytes = kibibytes(45);

/** A queue trigger of Azure Functions, and the setting with its connection. */
export interface StorageQueueTrigger {
  readonly kind: 'storage-queue';
  /** The queue's name. */
  readonly resource: string;
  readonly connection: string;
}

export const queueTrigger = ({ queue }: QueueResources, connection = 'AzureWebJobsStorage'): StorageQueueTrigger => ({
  kind: 'storage-queue',
  resource: queue,
  connection,
});

/** Opens the queues of a port. */
export async function openMailbox(
  clients: QueueClients,
  { queue, deadLetters }: QueueResources,
  what: string,
  connection = 'AzureWebJobsStorage',
): Promise<Mailbox> {
  const [own, dead] = await Promise.all([clients.client(connection, queue), clients.client(connection, deadLetters)]);
  return new Mailbox(own, dead, what);
}

/**
 * Queues on Azure Storage Queues, whose messages trigger functions one by one.
 *
 * A message that fails is sent again with a delay, in whole seconds, rounded up; one that is given up goes to
 * `<queue>-poison`, where the Functions host puts what it gives up itself. Delays of any length: over 7 days they are made
 * of several. Messages never expire. Nothing keeps order, nothing drops duplicates: a port that asks for either does not
 * compile with this adapter.
 *
 * Of dead letters only the 32 oldest can be looked at: a Storage Queue shows no more without taking them. `redrive` moves
 * all of them. A batch is sent message by message.
 *
 * @see https://learn.microsoft.com/azure/storage/queues/scalability-targets
 */
export const storageQueue = (options: StorageQueueOptions = {}) =>
  adapter({
    kind: 'queue',
    cloud: 'azure',
    name: 'storageQueue',
    guarantees: { delay: true, ordered: false, dedupe: false } as const,
    limits: {
      maxMessageBytes: {
        max: maxQueueMessageBytes,
        wayOut: 'declare a smaller maxMessageBytes, and send the name of an object instead of the object',
      },
    },
    modules: [queueClientsModule],
    needs: [queueClientsToken],
    triggers: ({ service, port }) => [queueTrigger(queueResources(service, port.name), options.connection)],
    open: async ({ service, port, environment }: Opening<QueuePort>, clients: QueueClients) => {
      const what = `queue "${port.name}"`;
      const mailbox = await openMailbox(clients, queueResources(service, port.name), what, options.connection);
      return new StorageQueue(port, mailbox, environment);
    },
  });

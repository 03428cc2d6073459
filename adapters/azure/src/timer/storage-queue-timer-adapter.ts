import { adapter, type Opening } from '@portolan/composition';
import { kibibytes, type TimerPort } from '@portolan/kernel';
import { queueClientsModule, queueClientsToken, type QueueClients } from '../clients/queue-clients.ts';
import { queueResources } from '../queue/resources.ts';
import { openMailbox, queueTrigger } from '../queue/storage-queue-adapter.ts';
import { tableStorageTable } from '../table/table-storage-table.ts';
import { standingTable, type StandingTable } from './standing.ts';
import { StorageQueueTimer } from './storage-queue-timer.ts';

export interface StorageQueueTimerOptions {
  /** The setting that names the storage account, as in bindings of Functions. @default 'AzureWebJobsStorage' */
  readonly connection?: string;
}

/**
 * Timers on a Storage Queue: each is a message that cannot be seen until its instant, and a row in a table that says it
 * still stands.
 *
 * A Storage Queue can hide a message for 7 days; one that comes early is sent on, so that a timer ten years ahead passes
 * through 522 messages. It cannot find a message by an id, nor drop duplicates, which is what the table is for. `set` sends
 * the message and then puts the row, where none is; where one is, it takes the message back. `cancel` removes the row. A
 * message whose row is gone, or names another message, is stale and dropped; one that is younger than a minute waits
 * for its row first. The row goes once the handler has succeeded, or the message was buried.
 *
 * No crash loses a timer, and nothing has to be swept: before the row is there `set` was not answered, and from then on
 * there is a message that never expires. What `portableTimer` finds again by looking through its table, this cannot lose.
 * A message that the Functions host gives up (`<queue>-poison`, after crashes) leaves its row behind: it is a dead letter,
 * and its timer is set until it is cancelled.
 *
 * Costs, in requests: set 2, cancel 1, a firing 3 besides the host's own two, each further week ahead 4. Instants are kept to the second, rounded
 * up; how soon after it the host looks at the queue is said by `maxPollingInterval` in host.json, a minute unless set.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-message
 */
export const storageQueueTimer = ({ connection = 'AzureWebJobsStorage' }: StorageQueueTimerOptions = {}) =>
  adapter({
    kind: 'timer',
    cloud: 'azure',
    name: 'storageQueueTimer',
    guarantees: { prompt: true } as const,
    limits: {
      maxPayloadBytes: { max: kibibytes(44), wayOut: 'keep the payload in a table, and its key in the timer' },
    },
    modules: [queueClientsModule],
    needs: [queueClientsToken],
    parts: (port: TimerPort) => ({
      standing: { port: standingTable(port.name), adapter: tableStorageTable({ connection }) },
    }),
    triggers: ({ service, port }) => [queueTrigger(queueResources(service, port.name), connection)],
    open: async ({ service, port, environment, parts }: Opening<TimerPort>, clients: QueueClients) => {
      const what = `timer "${port.name}"`;
      const mailbox = await openMailbox(clients, queueResources(service, port.name), what, connection);
      return new StorageQueueTimer(port, mailbox, parts['standing'] as StandingTable, environment);
    },
  });

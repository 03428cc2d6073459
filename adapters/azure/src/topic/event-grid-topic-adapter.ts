import { adapter, type Opening, type PlatformTrigger } from '@portolan/composition';
import { kibibytes, type TopicPort } from '@portolan/kernel';
import { eventGridClientsModule, eventGridClientsToken, type EventGridClients } from '../clients/event-grid-clients.ts';
import { queueClientsModule, queueClientsToken, type QueueClients } from '../clients/queue-clients.ts';
import { queueResources } from '../queue/resources.ts';
import { openMailbox, queueTrigger } from '../queue/storage-queue-adapter.ts';
import { tableStorageTable } from '../table/table-storage-table.ts';
import { EventGridTopic } from './event-grid-topic.ts';
import { parkedTable, type ParkedEvents } from './parked.ts';
import { connectionName, eventGridTopicResource, type Delivery } from './resources.ts';

export interface EventGridTopicOptions {
  /** The setting that names the storage account of the queues, as in bindings of Functions. @default 'AzureWebJobsStorage' */
  readonly connection?: string;
  /** Prefix of the topic's own settings. @default `connectionName(service, port)` */
  readonly topicConnection?: string;
  /** Who calls the functions that subscribe, see `eventGridTopic`. @default 'queue' */
  readonly delivery?: Delivery;
}

/** Event Grid calls a function by itself: its Event Grid trigger. */
export interface EventGridTrigger extends PlatformTrigger {
  readonly kind: 'event-grid';
}

/** Of an item that holds a parked event, with its id. */
const maxParkedBytes = kibibytes(420);

/**
 * Topics on Event Grid: custom topics that take CloudEvents 1.0, and for each function that subscribes an event
 * subscription and a Storage Queue of its own. What fails is sent to that queue with a delay, what is given up goes to
 * `<queue>-poison`, in either way of delivery:
 *
 * - `'queue'`: Event Grid puts events into the queue, whose trigger calls the function. An event lies there for as long as
 *   nobody takes it; attempts, waits and dead letters are those of `storageQueue`. It comes when the host looks at the queue
 *   (`maxPollingInterval` in host.json).
 * - `'direct'`: Event Grid calls the function at once, by its Event Grid trigger. What fails goes on through the queue, as
 *   above. But a function that cannot be reached is called again by Event Grid's own schedule (10 s, 30 s, 1 min, 5 min …),
 *   and after a day the event goes to a blob container, from which nobody brings it back by itself.
 *
 * The default is `'queue'`, since nothing that was accepted may be lost, however long nothing runs. `'direct'` is for
 * functions that have to be quick.
 *
 * Events over 44 KiB fit no message of a Storage Queue. They are parked in a table for 60 days, and travel as their id and
 * the fields that filters look at. Event Grid itself would take 1 MB, but neither the queue nor a retry would.
 *
 * Filters are advanced filters of the event subscription as far as those go, and are looked at again when an event
 * arrives: Event Grid compares without regard to case.
 *
 * @see https://learn.microsoft.com/azure/event-grid/delivery-and-retry
 * @see https://learn.microsoft.com/azure/event-grid/quotas-limits
 */
export const eventGridTopic = (options: EventGridTopicOptions = {}) => {
  const { connection = 'AzureWebJobsStorage', delivery = 'queue' } = options;
  return adapter({
    kind: 'topic',
    cloud: 'azure',
    name: 'eventGridTopic',
    guarantees: {},
    limits: {
      maxEventBytes: {
        max: kibibytes(400),
        wayOut: 'declare a smaller maxEventBytes, and publish the name of an object instead of the object',
      },
    },
    modules: [eventGridClientsModule, queueClientsModule],
    needs: [eventGridClientsToken, queueClientsToken],
    parts: (port: TopicPort) => ({
      parked: { port: parkedTable(port.name, maxParkedBytes), adapter: tableStorageTable({ connection }) },
    }),
    triggers: ({ service, port, subscription }): readonly PlatformTrigger[] => {
      const direct: EventGridTrigger = {
        kind: 'event-grid',
        resource: eventGridTopicResource(service, port.name).name,
      };
      const queue = queueTrigger(queueResources(service, port.name, subscription), connection);
      return delivery === 'direct' ? [direct, queue] : [queue];
    },
    open: async (
      { service, port, environment, parts }: Opening<TopicPort>,
      grid: EventGridClients,
      queues: QueueClients,
    ) => {
      const topicConnection = options.topicConnection ?? connectionName(service, port.name);
      const engines = {
        client: await grid.client(topicConnection),
        parked: parts['parked'] as ParkedEvents,
        mailbox: (subscription: string) => {
          const what = `topic "${port.name}", subscription "${subscription}"`;
          return openMailbox(queues, queueResources(service, port.name, subscription), what, connection);
        },
      };
      return new EventGridTopic(service, port, engines, environment);
    },
  });
};

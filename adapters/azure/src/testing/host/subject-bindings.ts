import type { Bindings } from '@portolan/composition';
import type { hostSubject, socketHostSubject } from '@portolan/conformance';
import { webPubSubChannel } from '../../channel/web-pubsub-channel-adapter.ts';
import { blobObjects } from '../../objects/blob-objects-adapter.ts';
import { storageQueue } from '../../queue/storage-queue-adapter.ts';
import { tableStorageTable } from '../../table/table-storage-table.ts';
import { storageQueueTimer } from '../../timer/storage-queue-timer-adapter.ts';
import { eventGridTopic } from '../../topic/event-grid-topic-adapter.ts';

/** The service that every host runs, on the adapters of this cloud; with one function that Event Grid calls by itself. */
export const subjectBindings: Bindings<typeof hostSubject, 'azure'> = {
  notes: tableStorageTable(),
  jobs: storageQueue(),
  lots: storageQueue(),
  news: eventGridTopic({ delivery: 'direct' }),
  alarms: storageQueueTimer(),
  files: blobObjects(),
};

/** The service that every host of sockets runs. */
export const socketBindings: Bindings<typeof socketHostSubject, 'azure'> = {
  sights: tableStorageTable(),
  live: webPubSubChannel(),
  desk: webPubSubChannel(),
};

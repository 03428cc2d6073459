import { adapter, type Opening } from '@portolan/composition';
import type { ObjectsPort } from '@portolan/kernel';
import { blobClientsModule, blobClientsToken, type BlobClients } from '../clients/blob-clients.ts';
import { queueClientsModule, queueClientsToken, type QueueClients } from '../clients/queue-clients.ts';
import { queueResources } from '../queue/resources.ts';
import { openMailbox, queueTrigger } from '../queue/storage-queue-adapter.ts';
import { BlobObjects } from './blob-objects.ts';
import { maxBlobBytes } from './blocks.ts';
import { blobContainer } from './resources.ts';

export interface BlobObjectsOptions {
  /** The setting that names the storage account, as in bindings of Functions. @default 'AzureWebJobsStorage' */
  readonly connection?: string;
}

/**
 * Objects on Azure Blob Storage: block blobs under their keys as names, in a container for each port of a general-purpose v2
 * account (without a hierarchical namespace: its directories are blobs that nobody put).
 *
 * What is written is one request up to 8 MiB, else blocks, three on their way at a time, and then the list of them. Of two
 * writes of one key in blocks at the same time, the one that ends first does away with the blocks of the other: that one
 * is a conflict where it has a condition, and else fails with `unavailable`. Writes with a condition are repeated only
 * where the service was too busy to do anything, since else nobody could tell a condition that failed by another's write from
 * one that failed by its own.
 *
 * Copies are made by the service, at once up to 256 MiB, else in blocks; never by its asynchronous copy, which shows what is
 * not there yet.
 *
 * Signed URLs are signed by the key in the connection string; or else by a user delegation key of the identity that the
 * process runs as (which takes the role Storage Blob Data Contributor).
 * They are for one blob, for reading or for creating and writing, by HTTPS alone where the account is reached by it. What
 * they do not do: a signature says nothing of the content type, so that whoever may write can choose another than the header
 * in `headers` says; and one request writes at most 5,000 MiB, whatever `maxObjectBytes` is.
 *
 * Created events are the account's own, of its Event Grid system topic: for each function that listens a Storage Queue, and an
 * event subscription that fills it for each of its prefixes. Event Grid tells within seconds, at least once, and tries for a
 * day to reach the queue. What fails is sent to the queue again with a delay; what is given up goes to `<queue>-poison`.
 *
 * Lists are in the order that the service has, of which it is said that it is alphabetical; for characters beyond U+FFFF nobody
 * says which.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 * @see https://learn.microsoft.com/azure/storage/blobs/storage-blob-event-overview
 * @see https://learn.microsoft.com/azure/storage/blobs/scalability-targets
 */
export const blobObjects = ({ connection = 'AzureWebJobsStorage' }: BlobObjectsOptions = {}) =>
  adapter({
    kind: 'objects',
    cloud: 'azure',
    name: 'blobObjects',
    guarantees: {},
    limits: {
      maxObjectBytes: { max: maxBlobBytes, wayOut: 'declare a smaller maxObjectBytes, and write several objects' },
    },
    modules: [blobClientsModule, queueClientsModule],
    needs: [blobClientsToken, queueClientsToken],
    triggers: ({ service, port, subscription }) => [
      queueTrigger(queueResources(service, port.name, subscription), connection),
    ],
    open: async ({ service, port, environment }: Opening<ObjectsPort>, blobs: BlobClients, queues: QueueClients) => {
      const engines = {
        container: await blobs.container(connection, blobContainer(service, port.name)),
        mailbox: (subscription: string) => {
          const what = `objects "${port.name}", function "${subscription}"`;
          return openMailbox(queues, queueResources(service, port.name, subscription), what, connection);
        },
      };
      return new BlobObjects(port, engines, environment);
    },
  });

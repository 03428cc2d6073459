import { adapter, type Opening } from '@portolan/composition';
import { kibibytes, type TablePort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, firestoreToken } from '../clients/modules.ts';
import { projectId } from '../clients/settings.ts';
import { Collection } from './collection.ts';
import { FirestoreItems } from './firestore-items.ts';

/**
 * JSON of the largest item, in bytes. Firestore holds documents of 1 MiB; 24 KiB of it are left to the document's name,
 * its keys and its counters.
 *
 * @see https://cloud.google.com/firestore/quotas#collections_documents_and_fields
 */
export const maxFirestoreItemBytes = kibibytes(1_000);

export interface FirestoreTableOptions {
  /** The id of the database, in native mode. @default '(default)' */
  readonly database?: string;
}

/**
 * Tables on Firestore in native mode, a collection for each port. Reads, queries and queries of indexes see every write
 * that was answered before. Writes to one item are as many a second as Firestore takes to a document, about one in the long
 * run and more in bursts; keys that grow one after the other within a partition, and its indexes, take 500 writes a second.
 * A transaction's items must fit into one request of 10 MiB together.
 *
 * @see https://cloud.google.com/firestore/docs/best-practices
 */
export const firestoreTable = (options: FirestoreTableOptions = {}) =>
  adapter({
    kind: 'table',
    cloud: 'gcp',
    name: 'firestoreTable',
    guarantees: {},
    limits: {
      maxItemBytes: {
        max: maxFirestoreItemBytes,
        wayOut: 'keep the large part as an object and its name in the item',
      },
    },
    modules: [clientsModule],
    needs: [firestoreToken],
    open({ service, port, environment }: Opening<TablePort>, rest: GoogleRest) {
      const database = `projects/${projectId()}/databases/${options.database ?? '(default)'}`;
      return new FirestoreItems(port, new Collection(rest, database, resourceName(service, port.name)), environment);
    },
  });

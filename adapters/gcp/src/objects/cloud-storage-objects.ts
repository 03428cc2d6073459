import { adapter, CompositionError, type Opening, type Parts, type PartUse } from '@portolan/composition';
import type { ObjectsPort, Port } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, pubsubToken, signerToken, storageToken } from '../clients/modules.ts';
import { projectId } from '../clients/settings.ts';
import type { FindSigner } from '../clients/signers.ts';
import { DeadLetters, deadLetterPort } from '../queue/dead-letters.ts';
import { Publisher } from '../queue/publisher.ts';
import { pubsubName } from '../queue/pubsub-names.ts';
import { firestoreTable, type FirestoreTableOptions } from '../table/firestore-table.ts';
import { subscriptionTriggers } from '../topic/pubsub-topic-resources.ts';
import { bucketName, checkBucketName } from './bucket-name.ts';
import { Bucket } from './bucket.ts';
import { chunkUnitBytes } from './resumable-upload.ts';
import { StorageObjects } from './storage-objects.ts';

/** 5 TiB. @see https://cloud.google.com/storage/quotas#objects */
export const maxStorageObjectBytes = 5_497_558_138_880;

export interface CloudStorageObjectsOptions {
  /** The bucket's name, where it is not to be the one of {@link bucketName}. */
  readonly bucket?: string;
  /**
   * Of a stream, what is in memory and sent in one request, in bytes; a multiple of 256 KiB. What is no larger is written in
   * one request.
   *
   * @default 8 MiB, as Google recommends at least
   * @see https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
   */
  readonly chunkBytes?: number;
  /** Of the tables that keep the dead letters of functions that listen. */
  readonly tables?: FirestoreTableOptions;
}

const defaultChunkBytes = 8 * 1024 * 1024;

/**
 * Objects in Cloud Storage, a bucket for each port. One object takes about a write a second: more of them are repeated for
 * some seconds, then `throttled`. A key must not begin with `.well-known/acme-challenge/`, which Cloud Storage keeps for
 * itself.
 *
 * URLs are signed by a service account: with its key where the process has one, or else by a call of IAM for each.
 *
 * Functions that listen get their events through Pub/Sub, as those of topics do. Dead letters lie in a table on Firestore,
 * apart for each function.
 *
 * @see https://cloud.google.com/storage/quotas#objects
 */
export const cloudStorageObjects = (options: CloudStorageObjectsOptions = {}) =>
  adapter({
    kind: 'objects',
    cloud: 'gcp',
    name: 'cloudStorageObjects',
    guarantees: {},
    limits: {
      maxObjectBytes: { max: maxStorageObjectBytes, wayOut: 'cut the content into several objects' },
    },
    triggers: subscriptionTriggers,
    modules: [clientsModule],
    needs: [storageToken, pubsubToken, signerToken],
    parts: (port: Port, { listened = true }: PartUse = {}): Parts =>
      listened ? { dead: { port: deadLetterPort(port.name), adapter: firestoreTable(options.tables) } } : {},
    open(
      { service, port, environment, parts }: Opening<ObjectsPort>,
      storage: GoogleRest,
      pubsub: GoogleRest,
      findSigner: FindSigner,
    ) {
      const { bucket, chunkBytes = defaultChunkBytes } = options;
      checkChunkBytes(service, port, chunkBytes);
      const project = projectId();
      const name = bucket === undefined ? bucketName(service, port.name, project) : checkBucketName(bucket);
      return new StorageObjects(port, {
        bucket: new Bucket(storage, name),
        origin: storage.origin,
        findSigner,
        chunkBytes,
        environment,
        publisher: new Publisher(pubsub, project),
        againTopic: (subscription) => pubsubName(service, port.name, [subscription, 'again']),
        deadOf: (subscription) =>
          new DeadLetters({ kind: port.kind, name: `${port.name}/${subscription}` }, parts['dead']),
      });
    },
  });

function checkChunkBytes(service: string, { name }: Port, chunkBytes: number): void {
  if (chunkBytes >= chunkUnitBytes && chunkBytes % chunkUnitBytes === 0) return;
  throw new CompositionError(
    `service "${service}": port "${name}": chunkBytes must be a multiple of ${chunkUnitBytes}, not ${chunkBytes}`,
  );
}

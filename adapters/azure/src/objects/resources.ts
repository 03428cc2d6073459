import { resourceName } from '@portolan/node';
import type { TopicFilter } from '@portolan/kernel';
import { storageName } from '../clients/storage-name.ts';
import { queueResources, type QueueResources } from '../queue/resources.ts';
import { gridName, type EventFilter, type EventSubscriptionProperties } from '../topic/resources.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const maxContainerName = 63;

/** The container that has to exist for an objects port, without public access. */
export const blobContainer = (service: string, port: string, env?: Env): string =>
  storageName(resourceName(service, port, undefined, env), maxContainerName);

/** The queue of a function that is called for created objects, and what fills it. */
export interface BlobSubscriptionResources {
  readonly queues: QueueResources;
  /** Event subscriptions of the storage account's system topic: one for each prefix of the filter, or one for all keys. */
  readonly subscriptions: readonly { readonly name: string; readonly properties: BlobSubscriptionProperties }[];
}

/** @see https://learn.microsoft.com/azure/templates/microsoft.eventgrid/systemtopics/eventsubscriptions */
export interface BlobSubscriptionProperties extends EventSubscriptionProperties {
  readonly destination: Extract<EventSubscriptionProperties['destination'], { endpointType: 'StorageQueue' }>;
  readonly filter: Required<EventFilter>;
}

/** What has to exist for each function that is called for created objects. */
export function blobSubscriptionResources(
  service: string,
  port: string,
  subscription: { readonly name: string; readonly filter: TopicFilter },
  env?: Env,
): BlobSubscriptionResources {
  const queues = queueResources(service, port, subscription.name, env);
  const place = `/blobServices/default/containers/${blobContainer(service, port, env)}/blobs/`;
  const destination = {
    endpointType: 'StorageQueue',
    queueName: queues.queue,
    queueMessageTimeToLiveInSeconds: -1,
  } as const;
  const subscriptions = distinctPrefixes(subscription.filter).map((prefix, index) => ({
    name: gridName(resourceName(service, port, `${subscription.name}${index === 0 ? '' : `-${index + 1}`}`, env)),
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0',
      destination,
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated'],
        subjectBeginsWith: `${place}${prefix}`,
        isSubjectCaseSensitive: true,
        // With a hierarchical namespace these tell of files that have no content yet.
        advancedFilters: [{ operatorType: 'StringNotIn', key: 'data.api', values: ['CreateFile', 'SftpCreate'] }],
      },
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1_440 },
      deadLetterDestination: { endpointType: 'StorageBlob', blobContainerName: 'portolan-undelivered' },
    } as const,
  }));
  return { queues, subscriptions };
}

/**
 * Prefixes that no event has two of, so that none comes twice; and of each just as much as is the same however events write
 * it: more may come than is wanted, and `receive` looks again.
 */
export function distinctPrefixes(filter: TopicFilter): readonly string[] {
  const wanted = (filter['prefix'] ?? ['']).map((prefix) => /^[A-Za-z0-9/_.-]*/.exec(prefix)![0]);
  return [...new Set(wanted)].filter((one) => !wanted.some((other) => other !== one && one.startsWith(other)));
}

/** The part of an account's blob service that pages of other origins need; one for all of its containers. */
export interface BlobCorsProperties {
  readonly cors: { readonly corsRules: readonly BlobCorsRule[] };
}

export interface BlobCorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeInSeconds: number;
}

/**
 * What has to stand in the properties of the blob service for pages of other origins to use signed URLs.
 *
 * @param allowOrigin - `https://app.example.com`; of all ports in the account.
 * @see https://learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts/blobservices
 */
export function blobCorsProperties(allowOrigin: readonly string[]): BlobCorsProperties {
  const rule: BlobCorsRule = {
    allowedOrigins: allowOrigin,
    allowedMethods: ['GET', 'HEAD', 'PUT'],
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag', 'Content-Range'],
    maxAgeInSeconds: 3_600,
  };
  return { cors: { corsRules: allowOrigin.length === 0 ? [] : [rule] } };
}

import type { ObjectsPort } from '@portolan/kernel';
import { pubsubName } from '../queue/pubsub-names.ts';
import type { PubsubResource } from '../queue/pubsub-resources.ts';
import { subscriptionResources, type TopicSubscription } from '../topic/pubsub-topic-resources.ts';
import { bucketName, checkBucketName } from './bucket-name.ts';
import { commonPrefix, finalized, prefixExpression } from './created-events.ts';

/** A bucket. @see https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
export interface StorageBucketResource {
  readonly kind: 'storage-bucket';
  readonly name: string;
  /** Rights are IAM's alone, and nothing in it can be made public but by signed URLs. */
  readonly uniformBucketLevelAccess: true;
  readonly publicAccessPrevention: 'enforced';
  /** Of an object only what was written last is kept. */
  readonly versioning: false;
  /** Where pages of other origins use signed URLs. */
  readonly cors?: readonly BucketCors[];
}

/** @see https://cloud.google.com/storage/docs/cross-origin */
export interface BucketCors {
  readonly origin: readonly string[];
  readonly method: readonly string[];
  /** Of requests and of answers; names alone, since there is no sign for all of them. */
  readonly responseHeader: readonly string[];
  readonly maxAgeSeconds: number;
}

/**
 * What a bucket tells a topic of. Cloud Storage's own service account must be allowed to publish there.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/notifications#resource
 */
export interface StorageNotificationResource {
  readonly kind: 'storage-notification';
  readonly bucket: string;
  readonly topic: string;
  readonly eventTypes: readonly string[];
  readonly payloadFormat: 'JSON_API_V1';
  /** Of the objects that are told of; empty for all. */
  readonly objectNamePrefix: string;
}

export type StorageResource = StorageBucketResource | StorageNotificationResource | PubsubResource;

export interface StoragePlace {
  /** Its id. */
  readonly project: string;
  /** As cloudStorageObjects() was told. @default by {@link bucketName} */
  readonly bucket?: string;
  /** Origins whose pages may use signed URLs, `https://app.example.com`. @default none */
  readonly allowOrigin?: readonly string[];
}

/**
 * What has to exist for objects: a bucket and, where functions listen to it, what a topic with these subscriptions has, which
 * the bucket tells of objects that are created; its parts' tables besides.
 *
 * @param subscriptions - The functions that listen, with their filters by prefix.
 */
export function cloudStorageResources(
  service: string,
  port: Pick<ObjectsPort, 'name' | 'retry' | 'visibilityMs'>,
  subscriptions: readonly TopicSubscription[],
  { project, bucket, allowOrigin = [] }: StoragePlace,
): readonly StorageResource[] {
  const name = bucket === undefined ? bucketName(service, port.name, project) : checkBucketName(bucket);
  const own: StorageBucketResource = {
    kind: 'storage-bucket',
    name,
    uniformBucketLevelAccess: true,
    publicAccessPrevention: 'enforced',
    versioning: false,
    ...(allowOrigin.length === 0 ? {} : { cors: [corsOf(allowOrigin)] }),
  };
  if (subscriptions.length === 0) return [own];
  const topic = pubsubName(service, port.name);
  const each = subscriptions.flatMap((subscription) => {
    const filter = prefixExpression(subscription.filter);
    return subscriptionResources(service, port.name, { name: subscription.name, filter }, port);
  });
  const notification: StorageNotificationResource = {
    kind: 'storage-notification',
    bucket: name,
    topic,
    eventTypes: [finalized],
    payloadFormat: 'JSON_API_V1',
    objectNamePrefix: commonPrefix(subscriptions.map(({ filter }) => filter)),
  };
  return [own, { kind: 'pubsub-topic', name: topic }, ...each, notification];
}

const corsOf = (origin: readonly string[]): BucketCors => ({
  origin,
  method: ['GET', 'HEAD', 'PUT'],
  responseHeader: ['Content-Type', 'X-Goog-Content-Length-Range', 'Range', 'Content-Range', 'ETag'],
  maxAgeSeconds: 3_600,
});

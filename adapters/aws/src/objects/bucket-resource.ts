import type {
  CreateBucketCommandInput,
  PutBucketCorsCommandInput,
  PutBucketEncryptionCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketNotificationConfigurationCommandInput,
  PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3';
import type { ObjectsPort, TopicFilter } from '@portolan/kernel';
import type { AccountPlace } from '../clients/account.ts';
import type { QueueResourceOptions } from '../queue/queue-resource.ts';
import { ruleTo, type EventBridgeRuleResource } from '../topic/event-bridge-resource.ts';
import type { Subscribing } from '../topic/subscription-queue.ts';
import { bucketName } from './bucket-name.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface S3BucketOptions {
  /** As `s3Objects` is given it. @default made of the service, the port, the account and the region */
  readonly bucket?: string;
  /** Whether functions listen for created objects; what nobody listens to is not told, and costs nothing. @default false */
  readonly listened?: boolean;
  /** Origins whose pages may use signed URLs, `https://app.example.com`. @default none */
  readonly allowOrigin?: readonly string[];
  /** Where the stage is read from. @default the process's environment */
  readonly env?: Env;
}

/** What has to exist for one objects port, as the inputs of the calls that make it. */
export interface S3BucketResource {
  readonly bucket: CreateBucketCommandInput;
  readonly publicAccess: PutPublicAccessBlockCommandInput;
  readonly encryption: PutBucketEncryptionCommandInput;
  readonly lifecycle: PutBucketLifecycleConfigurationCommandInput;
  /** Where pages of other origins use signed URLs. */
  readonly cors?: PutBucketCorsCommandInput;
  /** Where functions listen. */
  readonly notification?: PutBucketNotificationConfigurationCommandInput;
}

/**
 * The bucket of a port: nobody reads it without being signed for, what lies in it is encrypted by keys of S3's own, and
 * parts of uploads that were never completed are gone after a day. It keeps no versions, as no bucket does by default.
 *
 * @param place - Where it is made; its name ends with it.
 * @throws {RangeError} for a name that is too long.
 */
export function s3BucketResource(
  service: string,
  port: ObjectsPort,
  place: AccountPlace,
  { bucket, listened = false, allowOrigin = [], env }: S3BucketOptions = {},
): S3BucketResource {
  const Bucket = bucket ?? bucketName(service, port.name, place, env);
  // The one region that must not be named.
  const elsewhere = place.region !== 'us-east-1';
  return {
    bucket: {
      Bucket,
      ObjectOwnership: 'BucketOwnerEnforced',
      ...(elsewhere ? { CreateBucketConfiguration: { LocationConstraint: place.region as 'eu-central-1' } } : {}),
    },
    publicAccess: {
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    },
    encryption: {
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    },
    lifecycle: {
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'abandoned-uploads',
            Status: 'Enabled',
            Filter: { Prefix: '' },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    },
    ...(allowOrigin.length === 0 ? {} : { cors: corsOf(Bucket, allowOrigin) }),
    ...(listened ? { notification: { Bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } } } : {}),
  };
}

const corsOf = (Bucket: string, origins: readonly string[]): PutBucketCorsCommandInput => ({
  Bucket,
  CORSConfiguration: {
    CORSRules: [
      {
        AllowedOrigins: [...origins],
        AllowedMethods: ['GET', 'HEAD', 'PUT'],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag', 'Content-Range'],
        MaxAgeSeconds: 3_600,
      },
    ],
  },
});

/**
 * The rule that brings created objects to the queue of a function that listens.
 *
 * S3 tells all of them to EventBridge, on the account's default bus, and each function has a rule of its own there. S3's
 * own notifications go to one destination for a prefix: two functions with prefixes that overlap are refused, and each
 * function would be an entry in one list that the whole bucket shares. EventBridge takes a dollar for a million events.
 *
 * @throws {RangeError} for a filter that has more text than a rule takes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html (overlapping prefixes)
 */
export function s3CreatedRuleResource(
  service: string,
  port: ObjectsPort,
  place: AccountPlace,
  subscribing: Subscribing,
  options: QueueResourceOptions & Pick<S3BucketOptions, 'bucket'> = {},
): EventBridgeRuleResource {
  const { prefix: prefixes } = subscribing.filter as TopicFilter<'prefix'>;
  const name = options.bucket ?? bucketName(service, port.name, place, options.env);
  const key = prefixes === undefined ? {} : { object: { key: prefixes.map((prefix) => ({ prefix })) } };
  const pattern = {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [name] }, ...key },
  };
  return ruleTo(service, port, subscribing, pattern, options);
}

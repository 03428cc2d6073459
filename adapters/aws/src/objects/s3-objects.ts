import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { adapter, type Opening } from '@portolan/composition';
import { gibibytes, type ObjectsPort } from '@portolan/kernel';
import { once } from '@portolan/node';
import { placeOf } from '../clients/account.ts';
import { s3Module, s3Token } from '../clients/s3.ts';
import { sqsModule, sqsWhenNeeded } from '../clients/sqs.ts';
import { subscriptionTrigger } from '../queue/subscriptions.ts';
import { bucketName } from './bucket-name.ts';
import { BucketObjects } from './bucket-objects.ts';
import { Bucket } from './bucket.ts';

export interface S3ObjectsOptions {
  /** The bucket's name. @default made of the service, the port, and the account and region of the client */
  readonly bucket?: string;
}

/**
 * Objects in S3, each port a bucket of its own.
 *
 * - The default name of a bucket holds the account's number, which a function on Lambda knows, and the SDK where
 *   `AWS_ACCOUNT_ID` is set or the credentials' source tells it; elsewhere `bucket` has to be given.
 * - An object has at most 5 TiB here. S3 takes 48.8 TiB, but only in parts of 5 GiB, which no function has the memory for.
 *   See https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 * - What is streamed goes up in parts, four of 8 MiB at a time: 32 MiB of memory for an upload. Of a port that allows more
 *   than 78 GiB the parts grow, up to 1 GiB for the last ones of 5 TiB.
 * - What was written by a signed URL has at most the 5 GiB that S3 takes at once, whatever the port allows.
 * - A signed URL ends with the credentials that signed it, if that is sooner: those of a function's role last for hours. Rebind
 *   `s3Token` to a client with the credentials of a user where URLs must live for as long as was asked.
 *   See https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 * - A body that breaks off, or brings nothing for 30 s, goes on by range from where it was, while the object is the same.
 * - S3 tells the time of a write to the second, and "binary/octet-stream" for a type that nobody told, which reads here
 *   as "application/octet-stream".
 * - Created objects are told by S3 to EventBridge within seconds, mostly; see {@link s3CreatedRuleResource}.
 */
export const s3Objects = (options: S3ObjectsOptions = {}) =>
  adapter({
    kind: 'objects',
    cloud: 'aws',
    name: 's3Objects',
    guarantees: {},
    limits: {
      maxObjectBytes: { max: gibibytes(5_120), wayOut: 'declare smaller objects, and cut what is larger into several' },
    },
    modules: [s3Module, sqsModule],
    needs: [s3Token, sqsWhenNeeded],
    triggers: subscriptionTrigger,
    open: ({ service, port, environment }: Opening<ObjectsPort>, s3: S3Client, sqs: () => SQSClient) => {
      const name = once(async () => {
        const what = `objects "${port.name}"`;
        return options.bucket ?? bucketName(service, port.name, await placeOf(s3, what, 'give s3Objects the bucket'));
      });
      return new BucketObjects(service, new Bucket(s3, name, port, environment), sqs);
    },
  });

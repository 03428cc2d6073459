import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectsPort } from '@portolan/kernel';
import { s3Settings } from '../../clients/s3.ts';
import { clientSettings } from '../../clients/settings.ts';
import { s3BucketResource, s3CreatedRuleResource, type S3BucketResource } from '../../objects/bucket-resource.ts';
import { s3Objects } from '../../objects/s3-objects.ts';
import { accountOfTests, clientConfig, type AwsEngine } from '../aws-engine.ts';
import type { Wiring } from '../messaging-harness.ts';
import { createRule, sourceBy } from '../topic-wiring.ts';

/** Where the clients of tests call. */
export const place = { accountId: accountOfTests, region: 'eu-central-1' } as const;

/** A client of an S3 on loopback, which has no names of hosts for buckets. */
export const s3Client = (engine: Pick<AwsEngine, 'port'>, maxAttempts = 5): S3Client =>
  new S3Client({ ...s3Settings({}), ...clientConfig(engine), forcePathStyle: true, maxAttempts });

/** Makes a bucket with all its settings. */
export async function createBucket(s3: S3Client, resource: S3BucketResource): Promise<void> {
  await s3.send(new CreateBucketCommand(resource.bucket));
  await s3.send(new PutPublicAccessBlockCommand(resource.publicAccess));
  await s3.send(new PutBucketEncryptionCommand(resource.encryption));
  await s3.send(new PutBucketLifecycleConfigurationCommand(resource.lifecycle));
  if (resource.cors !== undefined) await s3.send(new PutBucketCorsCommand(resource.cors));
  if (resource.notification !== undefined)
    await s3.send(new PutBucketNotificationConfigurationCommand(resource.notification));
}

export interface ObjectsEngines {
  readonly s3: Pick<AwsEngine, 'port'>;
  readonly events: Pick<AwsEngine, 'port'>;
}

/**
 * How objects are had: buckets of S3 that tell EventBridge, which sends to queues of the harness.
 *
 * @param timesFunctionTimeout - Less where time is real, and a lost message is waited for.
 */
export function s3Buckets(engines: ObjectsEngines, timesFunctionTimeout = 1): Wiring & Disposable {
  const s3 = s3Client(engines.s3);
  const events = new EventBridgeClient({ ...clientSettings({}), ...clientConfig(engines.events) });
  const options = { timesFunctionTimeout } as const;
  return {
    async create({ name }, port) {
      await createBucket(s3, s3BucketResource(name, port as ObjectsPort, place, { listened: true }));
    },
    open: ({ name, sqs, environment }, port) =>
      s3Objects().open({ service: name, port, environment, parts: {} }, ...([s3, () => sqs] as never[])),
    source: sourceBy(async ({ name, sqs }, port, consume) =>
      createRule(sqs, events, s3CreatedRuleResource(name, port as ObjectsPort, place, consume, options)),
    ),
    [Symbol.dispose]() {
      s3.destroy();
      events.destroy();
    },
  };
}

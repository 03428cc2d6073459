import { objects } from '@portolan/kernel';
import { s3BucketResource, s3CreatedRuleResource } from './bucket-resource.ts';

const place = { accountId: '111122223333', region: 'eu-central-1' };
const retry = { maxAttempts: 7, baseMs: 1_000, capMs: 2_000 };
const port = objects('archive', { retry, visibilityMs: 10_000 });
const env = { PORTOLAN_STAGE: 'test' };
const Bucket = 'test-pricing-archive-111122223333-eu-central-1';

test('tells a bucket that nobody reads unsigned, encrypted, without the parts of abandoned uploads', () => {
  const resource = s3BucketResource('pricing', port, place, { env });
  expect(resource.bucket).toEqual({
    Bucket,
    ObjectOwnership: 'BucketOwnerEnforced',
    CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
  });
  expect(Object.values(resource.publicAccess.PublicAccessBlockConfiguration!)).toEqual([true, true, true, true]);
  expect(resource.encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ]);
  expect(resource.lifecycle.LifecycleConfiguration?.Rules).toEqual([
    expect.objectContaining({ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
  ]);
  expect([resource.cors, resource.notification]).toEqual([undefined, undefined]);
  for (const input of Object.values(resource)) expect(input).toMatchObject({ Bucket });
});

test('names no region where S3 takes none, and the bucket that it is given', () => {
  const { bucket } = s3BucketResource('pricing', port, { ...place, region: 'us-east-1' }, { bucket: 'given', env });
  expect(bucket).toEqual({ Bucket: 'given', ObjectOwnership: 'BucketOwnerEnforced' });
});

test('tells EventBridge and the pages of other origins where somebody asks for it', () => {
  const options = { env, listened: true, allowOrigin: ['https://app.example.com'] };
  const { notification, cors } = s3BucketResource('pricing', port, place, options);
  expect(notification).toEqual({ Bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } });
  expect(cors?.CORSConfiguration?.CORSRules).toEqual([
    expect.objectContaining({ AllowedOrigins: ['https://app.example.com'], AllowedMethods: ['GET', 'HEAD', 'PUT'] }),
  ]);
});

const ruleOf = (filter: object, options: object = {}) =>
  s3CreatedRuleResource('pricing', port, place, { subscription: 'bill', filter }, { env, ...options });
const patternOf = (filter: object, options?: object): unknown => JSON.parse(ruleOf(filter, options).rule.EventPattern!);

test('tells the rule of a function that listens, its queue and its dead letters', () => {
  const { rule, queue, targets } = ruleOf({ prefix: ['in/', 'up'] });
  expect(rule).toMatchObject({ Name: 'test-pricing-archive-bill', EventBusName: 'default', State: 'ENABLED' });
  expect(patternOf({ prefix: ['in/', 'up'] })).toEqual({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [Bucket] }, object: { key: [{ prefix: 'in/' }, { prefix: 'up' }] } },
  });
  expect(queue.main('arn')).toMatchObject({
    QueueName: 'test-pricing-archive-bill',
    Attributes: {
      VisibilityTimeout: '60',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: 'arn', maxReceiveCount: 7 }),
    },
  });
  expect(targets('arn:queue', 'arn:dead').Targets).toEqual([
    { Id: 'queue', Arn: 'arn:queue', DeadLetterConfig: { Arn: 'arn:dead' } },
  ]);
});

test('asks no key of an event where a function listens for all', () => {
  expect(patternOf({}, { bucket: 'given' })).toMatchObject({ detail: { bucket: { name: ['given'] } } });
  expect(JSON.stringify(patternOf({}))).not.toContain('key');
});

test('refuses a filter of more text than a rule takes', () => {
  expect(() => ruleOf({ prefix: ['x'.repeat(2_000)] })).toThrow(
    /objects "archive", subscription "bill": the pattern has \d+ characters; a rule of EventBridge takes 2048/,
  );
});

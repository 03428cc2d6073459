import { objects, seconds } from '@portolan/kernel';
import { bucketName, checkBucketName } from './bucket-name.ts';
import { cloudStorageResources } from './storage-resources.ts';

const uploads = objects('uploads', {
  visibilityMs: seconds(100),
  retry: { maxAttempts: 3, baseMs: 500, capMs: 90_000 },
});
const place = { project: 'my-project-1' };

test('names buckets by service, port and project, within what Cloud Storage takes', () => {
  expect(bucketName('pricing', 'archive', 'my-project-1', {})).toBe('pricing-archive-my-project-1');
  expect(bucketName('pricing', 'archive', 'p-12345', { PORTOLAN_STAGE: 'test' })).toBe('test-pricing-archive-p-12345');
  expect(() => bucketName('s'.repeat(40), 'p'.repeat(20), 'project', {})).toThrow(/has 69 letters.*{ bucket }/);
  expect(() => bucketName('pricing', 'archive', 'example.com:shop', {})).toThrow(/must have a-z.*{ bucket }/);
  expect(() => bucketName('goo', 'gle', 'google-shop', {})).toThrow(/holds "google"/);
  expect(() => checkBucketName('ab')).toThrow(/3 to 63/);
  expect(checkBucketName('my_bucket-1')).toBe('my_bucket-1');
});

test('tells the bucket alone where nobody listens', () => {
  expect(cloudStorageResources('pricing', uploads, [], place)).toEqual([
    {
      kind: 'storage-bucket',
      name: 'pricing-uploads-my-project-1',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: false,
    },
  ]);
  expect(cloudStorageResources('pricing', uploads, [], { ...place, bucket: 'my-own' })).toMatchObject([
    { name: 'my-own' },
  ]);
});

test('tells a topic that the bucket tells, and subscriptions apart for each function', () => {
  const listeners = [
    { name: 'thumbs', filter: { prefix: ['in/pictures/'] } },
    { name: 'audit', filter: { prefix: ['in/'] } },
  ];
  const resources = cloudStorageResources('media', uploads, listeners, place);
  expect(resources.map((resource) => `${resource.kind} ${'name' in resource ? resource.name : ''}`)).toEqual([
    'storage-bucket media-uploads-my-project-1',
    'pubsub-topic media-uploads',
    ...['thumbs', 'audit'].flatMap((name) => [
      `pubsub-topic media-uploads-${name}-again`,
      `pubsub-topic media-uploads-${name}-dead`,
      `pubsub-subscription media-uploads-${name}`,
      `pubsub-subscription media-uploads-${name}-again`,
      `pubsub-subscription media-uploads-${name}-dead`,
    ]),
    'storage-notification ',
  ]);
  expect(resources[4]).toMatchObject({
    topic: 'media-uploads',
    filter: 'hasPrefix(attributes.objectId, "in/pictures/")',
    ackDeadlineSeconds: 110,
    retryPolicy: { minimumBackoff: '0.5s', maximumBackoff: '90s' },
  });
  expect(resources.at(-1)).toEqual({
    kind: 'storage-notification',
    bucket: 'media-uploads-my-project-1',
    topic: 'media-uploads',
    eventTypes: ['OBJECT_FINALIZE'],
    payloadFormat: 'JSON_API_V1',
    objectNamePrefix: 'in/',
  });
});

test('lets pages of other origins use signed URLs where somebody asks for it, with the headers that these must carry', () => {
  const [bucket] = cloudStorageResources('pricing', uploads, [], {
    ...place,
    allowOrigin: ['https://app.example.com'],
  });
  expect(bucket).toMatchObject({
    cors: [
      {
        origin: ['https://app.example.com'],
        method: ['GET', 'HEAD', 'PUT'],
        responseHeader: expect.arrayContaining(['Content-Type', 'X-Goog-Content-Length-Range', 'Content-Range']),
        maxAgeSeconds: 3_600,
      },
    ],
  });
});

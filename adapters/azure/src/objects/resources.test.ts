import { blobContainer, blobSubscriptionResources, distinctPrefixes } from './resources.ts';

test('names the container of a port as containers may be called', () => {
  expect(blobContainer('pricing', 'archive', { PORTOLAN_STAGE: 'staging' })).toBe('staging-pricing-archive');
  expect(blobContainer('s'.repeat(40), 'p'.repeat(40), {})).toMatch(/^s{40}-p{13}-[0-9a-f]{8}$/);
});

test('fills a queue for each function by an event subscription for each of its prefixes', () => {
  const subscription = { name: 'resize', filter: { prefix: ['in/2026/', 'raw/'] } };
  const { queues, subscriptions } = blobSubscriptionResources('media', 'uploads', subscription, {});
  expect(queues).toEqual({ queue: 'media-uploads-resize', deadLetters: 'media-uploads-resize-poison' });
  expect(subscriptions.map(({ name }) => name)).toEqual(['media-uploads-resize', 'media-uploads-resize-2']);
  expect(subscriptions[1]!.properties).toEqual({
    eventDeliverySchema: 'CloudEventSchemaV1_0',
    destination: { endpointType: 'StorageQueue', queueName: queues.queue, queueMessageTimeToLiveInSeconds: -1 },
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated'],
      subjectBeginsWith: '/blobServices/default/containers/media-uploads/blobs/raw/',
      isSubjectCaseSensitive: true,
      advancedFilters: [{ operatorType: 'StringNotIn', key: 'data.api', values: ['CreateFile', 'SftpCreate'] }],
    },
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1_440 },
    deadLetterDestination: { endpointType: 'StorageBlob', blobContainerName: 'portolan-undelivered' },
  });
});

test.each([
  ['no filter', {}, ['']],
  ['prefixes that say the same', { prefix: ['a/b', 'a/', 'a/b/c', 'b'] }, ['a/', 'b']],
  ['one twice', { prefix: ['a', 'a'] }, ['a']],
  ['signs that events may write otherwise', { prefix: ['a b/', 'ü', 'c/%20'] }, ['']],
  ['such signs behind others', { prefix: ['a/b c', 'a/b%', 'x/é'] }, ['a/b', 'x/']],
  ['no prefix', { prefix: [] }, []],
])('asks for %s no more than once', (_what, filter, expected) => expect(distinctPrefixes(filter)).toEqual(expected));

import { packCarried } from '@portolan/kernel';
import { readCreated } from './created-events.ts';

/** The example of S3's user guide, with a key that notifications of S3 itself would encode. */
const event = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time: '2026-03-12T00:00:00Z',
  region: 'ca-central-1',
  resources: ['arn:aws:s3:::bucket'],
  detail: {
    version: '0',
    bucket: { name: 'bucket' },
    object: { key: 'a b+c%41/é', size: 5, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '617f08299329d189' },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '123456789012',
    'source-ip-address': '1.2.3.4',
    reason: 'PutObject',
  },
};
const read = (change: object = {}) => readCreated(JSON.stringify({ ...event, ...change }));
const withObject = (change: object) =>
  read({ detail: { ...event.detail, object: { ...event.detail.object, ...change } } });

test('reads the key as it is, the tag, the size and the time', () => {
  expect(read()).toEqual({
    id: expect.any(String),
    message: { key: 'a b+c%41/é', tag: 'b1946ac92492d2347c6235b4d2611184', sizeBytes: 5 },
    at: Date.UTC(2026, 2, 12),
    attempts: 0,
  });
});

test('knows a write again that it is told of twice, and two writes of one key apart', () => {
  expect(read({ id: 'another', time: '2026-03-12T00:00:01Z' })?.id).toBe(read()?.id);
  expect(withObject({ sequencer: '617f08299329d190' })?.id).not.toBe(read()?.id);
  expect(withObject({ key: 'another' })?.id).not.toBe(read()?.id);
});

test('reads a copy that was sent again', () => {
  const carried = { ...read()!, attempts: 2, notBefore: 5 };
  expect(readCreated(packCarried(carried))).toEqual(carried);
});

test.each([
  ['no JSON', 'Hello'],
  ['no object', 'null'],
  ['of another service', JSON.stringify({ ...event, source: 'aws.ec2' })],
  ['of another kind', JSON.stringify({ ...event, 'detail-type': 'Object Deleted' })],
  ['without a time', JSON.stringify({ ...event, time: 'soon' })],
  ['without an object', JSON.stringify({ ...event, detail: {} })],
  ['without a sequencer', JSON.stringify({ ...event, detail: { object: { key: 'a', etag: 'b', size: 1 } } })],
])('takes a message %s for none of its own', (_, body) => {
  expect(readCreated(body)).toBeUndefined();
});

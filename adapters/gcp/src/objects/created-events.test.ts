import { packCarried, type TopicFilter } from '@portolan/kernel';
import { commonPrefix, createdIn, prefixExpression } from './created-events.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const notification = (attributes: Readonly<Record<string, string>> = {}, data: unknown = { size: '12' }) => ({
  messageId: '7',
  data: base64(JSON.stringify(data)),
  attributes: {
    eventType: 'OBJECT_FINALIZE',
    bucketId: 'b',
    objectId: 'in/é',
    objectGeneration: '1700000000000001',
    eventTime: '2026-03-01T10:00:00.123456Z',
    ...attributes,
  },
});

test('reads what a bucket tells of an object', () => {
  expect(createdIn(notification())).toEqual({
    id: expect.stringMatching(/^1700000000000001-[\w-]{22}$/),
    message: { key: 'in/é', tag: '1700000000000001', sizeBytes: 12 },
    at: Date.UTC(2026, 2, 1, 10, 0, 0, 123),
    attempts: 0,
  });
});

test('has one id for each object that was created, however often it is told of', () => {
  const idOf = (attributes: Readonly<Record<string, string>>) => createdIn(notification(attributes))?.id;
  expect(idOf({})).toBe(createdIn({ ...notification(), messageId: '8' })?.id);
  expect(idOf({})).not.toBe(idOf({ objectGeneration: '1700000000000002' }));
  expect(idOf({})).not.toBe(idOf({ objectId: 'in/e' }));
});

test('reads the copies that it sends itself', () => {
  const carried = { id: 'x', message: { key: 'a', tag: '1', sizeBytes: 0 }, at: 5, attempts: 2, notBefore: 9 };
  expect(createdIn({ data: base64(packCarried(carried)) })).toEqual(carried);
});

test.each([
  ['another event', notification({ eventType: 'OBJECT_DELETE' })],
  ['no object', { ...notification(), data: base64('null') }],
  ['what is no JSON', { ...notification(), data: base64('{') }],
  ['no instant', notification({ eventTime: 'soon' })],
  ['nothing', {}],
])('knows nothing of %s', (_what, message) => expect(createdIn(message)).toBeUndefined());

test('says prefixes in the language of Pub/Sub, and nothing where they cannot be said', () => {
  expect(prefixExpression({})).toBe('');
  expect(prefixExpression({ prefix: ['in/'] })).toBe('hasPrefix(attributes.objectId, "in/")');
  expect(prefixExpression({ prefix: ['a"b', 'é'] })).toBe(
    'hasPrefix(attributes.objectId, "a\\"b") OR hasPrefix(attributes.objectId, "é")',
  );
  expect(prefixExpression({ prefix: ['x'.repeat(222)] })).toHaveLength(256);
  expect(prefixExpression({ prefix: ['x'.repeat(223)] })).toBe('');
  expect(prefixExpression({ prefix: ['a\nb'] })).toBe('');
});

test.each<[readonly TopicFilter[], string]>([
  [[], ''],
  [[{}], ''],
  [[{ prefix: ['in/2024/'] }], 'in/2024/'],
  [[{ prefix: ['in/2024/', 'in/2025/'] }], 'in/202'],
  [[{ prefix: ['in/a'] }, { prefix: ['in/b', 'in'] }], 'in'],
  [[{ prefix: ['in/a'] }, { prefix: ['out/'] }], ''],
  [[{ prefix: ['in/a'] }, {}], ''],
  [[{ prefix: ['\u{1f680}'] }, { prefix: ['\u{1f681}'] }], ''],
])('finds what the prefixes of %j have in common', (filters, common) => expect(commonPrefix(filters)).toBe(common));

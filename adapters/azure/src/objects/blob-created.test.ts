import { packCarried } from '@portolan/kernel';
import { blobArrivalOf, keptPrefix, keysIn, mayBe } from './blob-created.ts';
import { keyOf } from './created-key.ts';

const triggerMetadata = { id: 'm1', dequeueCount: 3, insertionTime: '2026-11-20T11:00:00Z' };
const event = {
  specversion: '1.0',
  id: 'e1',
  source: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acme',
  type: 'Microsoft.Storage.BlobCreated',
  subject: '/blobServices/default/containers/s-uploads/blobs/in/blobs/a.txt',
  time: '2026-11-20T10:00:00.1234567Z',
  data: {
    api: 'PutBlockList',
    eTag: '"0x8D4BCC2E4835CD0"',
    contentLength: 524_288,
    url: 'https://acme.blob.core.windows.net/s-uploads/in/blobs/a.txt',
  },
};

test('reads what Event Grid tells of a blob', () => {
  expect(blobArrivalOf({ message: event, triggerMetadata }, 9)).toEqual({
    kind: 'created',
    id: 'e1',
    at: Date.parse('2026-11-20T10:00:00.123Z'),
    deliveries: 3,
    keys: ['in/blobs/a.txt'],
    subjectKey: 'in/blobs/a.txt',
    tag: '0x8D4BCC2E4835CD0',
    sizeBytes: 524_288,
  });
});

test('reads a copy that was sent to the queue after a failure', () => {
  const copy = { id: 'e1', at: 5, attempts: 2, notBefore: 6, message: { key: 'a', tag: 't', sizeBytes: 1 } };
  const message: unknown = JSON.parse(packCarried(copy));
  expect(blobArrivalOf({ message, triggerMetadata }, 9)).toEqual({
    kind: 'carried',
    arrival: { carried: copy, deliveries: 3 },
  });
});

test.each([
  ['a text', 'hello'],
  ['another event', { ...event, type: 'Microsoft.Storage.BlobDeleted' }],
  ['null', null],
])('takes %s in the queue for a message by itself, which no function understands', (_what, message) => {
  const at = Date.parse('2026-11-20T11:00:00Z');
  const carried = { id: 'm1', at, attempts: 0, message };
  expect(blobArrivalOf({ message, triggerMetadata }, 9)).toEqual({
    kind: 'carried',
    arrival: { carried, deliveries: 3 },
  });
});

const host = 'https://acme.blob.core.windows.net/c';

test.each([
  ['a plain name', 'a/b.txt', `${host}/a/b.txt`, ['a/b.txt']],
  ['signs, as they are', 'a b/ü#?', `${host}/a b/ü#?`, ['a b/ü#?']],
  ['signs, with an encoded URL', 'a b/ü#?', `${host}/a%20b/%C3%BC%23%3F`, ['a b/ü#?']],
  ['a per cent sign, with an encoded URL', '50%25 of/a%20b', `${host}/50%2525%20of/a%2520b`, ['50%25 of/a%20b']],
  ['what may be encoded or not', 'a%20b', `${host}/a%20b`, ['a%20b', 'a b']],
  ['a per cent sign that encodes nothing', '50% %zz', `${host}/50% %zz`, ['50% %zz']],
  ['a lost character, with an encoded URL', 'a\ufffd\ufffd', `${host}/a%F0%9F%92%8E`, ['a💎', 'a%F0%9F%92%8E']],
  ['a lost character, without hope', 'a\ufffd\ufffd', `${host}/a\ufffd\ufffd`, []],
  ['no URL', 'a%20b', undefined, ['a%20b', 'a b']],
])('finds the key of %s', (_what, subjectKey, url, expected) => expect(keysIn(subjectKey, url)).toEqual(expected));

test('tells what has only lost characters from what is another', () => {
  expect([mayBe('a💎b', 'a\ufffd\ufffdb'), mayBe('a💎c', 'a\ufffd\ufffdb'), mayBe('a💎', 'a\ufffd\ufffdb')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([keptPrefix('ab\ufffdc\ufffd'), keptPrefix('abc')]).toEqual(['ab', undefined]);
});

/** Objects with these keys and tags. */
function standing(objects: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const items = Object.entries(objects).map(([key, tag]) => ({ key, tag, sizeBytes: 1, modifiedAt: 1 }));
  const info = { contentType: 'x', metadata: {} };
  return {
    asked,
    head: async (key: string) => {
      asked.push(key);
      const found = items.find((item) => item.key === key);
      return found === undefined ? undefined : { ...found, ...info };
    },
    list: async ({ prefix = '', cursor }: { readonly prefix?: string; readonly cursor?: string } = {}) => {
      const from = Number(cursor ?? 0);
      const found = items.filter(({ key }) => key.startsWith(prefix));
      return { items: found.slice(from, from + 1), ...(found.length > from + 1 ? { cursor: String(from + 1) } : {}) };
    },
  };
}
const created = (subjectKey: string, tag: string, url?: string) => ({
  id: 'e',
  at: 1,
  deliveries: 1,
  keys: keysIn(subjectKey, url),
  subjectKey,
  tag,
  sizeBytes: 1,
});

test('asks nobody for a key that an event leaves no doubt of', async () => {
  const place = standing({});
  expect(await keyOf(created('a/b', 't'), place)).toBe('a/b');
  expect(place.asked).toEqual([]);
});

test('takes the key of the object that has the tag of the event, else the likeliest', async () => {
  const place = standing({ 'a%20b': 'one', 'a b': 'two' });
  expect(await keyOf(created('a%20b', 'one'), place)).toBe('a%20b');
  expect(await keyOf(created('a%20b', 'two'), place)).toBe('a b');
  expect(await keyOf(created('a%20b', 'gone'), place)).toBe('a%20b');
});

test('looks for a key that the event could not write down among those that begin like it', async () => {
  const place = standing({ 'in/a': 't', 'in/b💎': 'other', 'in/c💎': 't', 'in/💎💎': 't', 'out/b💎': 't' });
  expect(await keyOf(created('in/c\ufffd\ufffd', 't'), place)).toBe('in/c💎');
  expect(await keyOf(created('in/\ufffd\ufffd\ufffd\ufffd', 't'), place)).toBe('in/💎💎');
  expect(await keyOf(created('in/d\ufffd\ufffd', 't'), place)).toBe('in/d\ufffd\ufffd');
});

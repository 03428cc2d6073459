import { bytesInRange, checkListOptions, checkObjectKey, checkSignedMs } from './object-keys.ts';
import { bytesOf, matchesPrefix, maxSignedMs, objectCreated, objects } from './objects.ts';
import { parse } from './schema.ts';

const invalid = expect.objectContaining({ code: 'invalid', message: expect.stringContaining('objects "uploads"') });

test.each([
  ['', 'at least one character'],
  ['a'.repeat(701), '701 bytes; at most 700'],
  ['a\u0007', 'control character'],
  ['a//b', 'empty segment'],
  [`${'a'.repeat(251)}/b`, 'over 250 characters'],
  ['a/..', 'ends with a dot'],
])('says what is wrong with the key %j', (key, fault) => {
  expect(() => checkObjectKey('uploads', key)).toThrow(invalid);
  expect(() => checkObjectKey('uploads', key)).toThrow(fault);
});

test('cuts a range to the object, and gives all of it without one', () => {
  expect(bytesInRange('uploads', undefined, 10)).toEqual({ from: 0, to: 10 });
  expect(bytesInRange('uploads', { from: 3 }, 10)).toEqual({ from: 3, to: 10 });
  expect(bytesInRange('uploads', { from: 3, to: 99 }, 10)).toEqual({ from: 3, to: 10 });
  for (const range of [{ from: 10 }, { from: -1 }, { from: 2, to: 2 }, { from: 0.5 }])
    expect(() => bytesInRange('uploads', range, 10)).toThrow(invalid);
});

test('lists 1,000 objects of any key by default', () => {
  expect(checkListOptions('uploads', {})).toEqual({ prefix: '', limit: 1_000 });
  for (const options of [{ limit: 0 }, { limit: 1_001 }, { prefix: '\ud800' }, { prefix: 'a'.repeat(701) }])
    expect(() => checkListOptions('uploads', options)).toThrow(invalid);
});

test('signs for a second to twelve hours', () => {
  expect(maxSignedMs).toBe(43_200_000);
  for (const expiresInMs of [1_000, maxSignedMs]) expect(() => checkSignedMs('uploads', expiresInMs)).not.toThrow();
  for (const expiresInMs of [999, maxSignedMs + 1, NaN])
    expect(() => checkSignedMs('uploads', expiresInMs)).toThrow(invalid);
});

test('grants reading, writing and handing out URLs apart', () => {
  const uploads = objects('uploads');
  expect(uploads.read.methods).toEqual(['get', 'head', 'list']);
  expect(uploads.write.methods).toEqual(['put', 'copy', 'delete']);
  expect(uploads.readWrite.methods).toEqual([...uploads.read.methods, ...uploads.write.methods]);
  expect([uploads.shareReading.methods, uploads.shareWriting.methods]).toEqual([['readUrl'], ['writeUrl']]);
});

test('matches a key by any prefix of a filter', () => {
  expect(matchesPrefix({}, 'a')).toBe(true);
  expect(matchesPrefix({ prefix: ['b/', 'a'] }, 'ab')).toBe(true);
  expect(matchesPrefix({ prefix: ['b/'] }, 'b')).toBe(false);
  expect(matchesPrefix({ prefix: [] }, 'b')).toBe(false);
});

test('takes an event for what it is, and nothing else for one', () => {
  const event = { key: 'a', tag: '1', sizeBytes: 3 };
  expect(parse(objectCreated, { ...event, more: true })).toEqual({ kind: 'valid', value: event });
  for (const value of [null, 'a', { key: 'a', tag: '1' }]) expect(parse(objectCreated, value).kind).toBe('invalid');
});

test('reads a body into one array, and no further than there is room', async () => {
  let given = 0;
  const body = async function* () {
    for (; given < 100; given++) yield new Uint8Array([given]);
  };
  expect(await bytesOf(body(), 100)).toEqual(Uint8Array.from({ length: 100 }, (_, index) => index));
  given = 0;
  await expect(bytesOf(body(), 3)).rejects.toMatchObject({ code: 'too-large' });
  expect(given).toBe(3);
});

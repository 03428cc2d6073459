import { etagOf, givenMetadata, infoOf, keptMetadata, tagOf, wholeSize } from './blob-info.ts';

test('has the same tag for an ETag with and without its quotes, and the ETag of a tag', () => {
  expect([tagOf({ etag: '"0x8D4BCC2E4835CD0"' }), tagOf({ etag: '0x8D4BCC2E4835CD0' })]).toEqual([
    '0x8D4BCC2E4835CD0',
    '0x8D4BCC2E4835CD0',
  ]);
  expect(etagOf('0x8D4BCC2E4835CD0')).toBe('"0x8D4BCC2E4835CD0"');
});

test.each(['*', '"0x1"', '', '0x', '0xZ', '0x1, *', '0x1\r\nx: y', 'W/"0x1"'])(
  'has no ETag for %j, which no blob has',
  (tag) => expect(etagOf(tag)).toBeUndefined(),
);

test.each([
  ['', '""'],
  ['"', '"""'],
  ['""', '""""'],
  ['a', 'a'],
  ['"a"', '"a"'],
  ['" "', '" "'],
])('keeps the metadata value %j as %j, and gives it back', (given, kept) => {
  expect(keptMetadata({ a: given })).toEqual({ a: kept });
  expect(givenMetadata({ a: kept })).toEqual({ a: given });
});

test('knows the size of all of a blob by a part of it', () => {
  expect([wholeSize('bytes 0-9/1234', 10), wholeSize(undefined, 10), wholeSize(undefined, undefined)]).toEqual([
    1_234, 10, 0,
  ]);
});

test('has defaults for what a blob does not tell', () => {
  expect(infoOf('a', 1, { etag: '"0x1"', lastModified: new Date(5) })).toEqual({
    key: 'a',
    tag: '0x1',
    sizeBytes: 1,
    modifiedAt: 5,
    contentType: 'application/octet-stream',
    metadata: {},
  });
});

import assert from 'node:assert/strict';
import { compareUtf8, type Objects } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { keysOf, objectsCase, textOf, utf8, write } from './bench.ts';
import type { ObjectsHarness } from './objects-harness.ts';

const long = (letter: string, count: number): string => letter.repeat(count);

/** Keys that a URL, a file system, a header or a markup might take for something else; some differ by one sign only. */
export const oddKeys: readonly string[] = [
  'a b',
  'a+b',
  'a%20b',
  'a%2Fb',
  'a/b',
  'A/B',
  'a?b=c&d#e',
  '~tilde/.hidden/a..b',
  '%',
  '%zz',
  '&amp;<tag>"\'',
  '*|:;,=@$!()[]{}^`',
  ' lead and trail ',
  'é',
  'e\u0301',
  '漢字/かな',
  '\u{1f680}\u{1f468}\u200d\u{1f680}',
  'CON/nul.txt',
  '__proto__/constructor',
];

const malformed = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  './a',
  'a/../b',
  'a.',
  'a./b',
  'a\\b',
  'a\0b',
  'a\nb',
  'a\u007f',
  '\ud83d',
  'a\udc00b',
  long('x', 251),
  [long('x', 250), long('x', 250), long('x', 199)].join('/'),
  long('漢', 234),
];

const methods: Readonly<Record<string, (place: Objects, key: string) => Promise<unknown>>> = {
  get: (place, key) => place.get(key),
  head: (place, key) => place.head(key),
  put: (place, key) => place.put(key, utf8('x')),
  'put of a stream': (place, key) =>
    place.put(
      key,
      (async function* () {
        yield utf8('x');
      })(),
    ),
  'copy from': (place, key) => place.copy(key, 'to'),
  'copy to': (place, key) => place.copy('from', key),
  delete: (place, key) => place.delete(key),
  readUrl: (place, key) => place.readUrl(key, { expiresInMs: 60_000 }),
  writeUrl: (place, key) => place.writeUrl(key, { expiresInMs: 60_000 }),
};

/** What objects may be called, and what may be told of them. */
export const keyCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('keeps objects apart under keys with any signs', async ({ objects }) => {
    await Promise.all(oddKeys.map((key) => write(objects, key, `content of ${key}`)));
    for (const key of oddKeys) {
      assert.equal(await textOf(objects, key), `content of ${key}`);
      assert.equal((await objects.head(key))?.key, key);
    }
    assert.deepEqual(await keysOf(objects), oddKeys.toSorted(compareUtf8));
    for (const [index, key] of oddKeys.entries()) {
      assert.equal((await objects.copy(key, `copy/${index}`)).kind, 'copied');
      await objects.delete(key);
      assert.equal(await objects.head(key), undefined);
    }
    assert.equal((await keysOf(objects)).length, oddKeys.length);
    for (const [index, key] of oddKeys.entries())
      assert.equal(await textOf(objects, `copy/${index}`), `content of ${key}`);
  }),
  objectsCase('takes the longest keys there may be', async ({ objects }) => {
    const keys = [
      [long('x', 250), long('y', 250), long('z', 198)].join('/'),
      long('漢', 233),
      Array.from({ length: 350 }, () => 'a').join('/'),
      long('é', 250),
    ];
    for (const key of keys) await write(objects, key, key);
    for (const key of keys) assert.equal(await textOf(objects, key), key);
    assert.deepEqual(await keysOf(objects), keys.toSorted(compareUtf8));
  }),
  objectsCase('refuses malformed keys, whatever is asked', async ({ objects }) => {
    await write(objects, 'from', 'x');
    for (const [name, call] of Object.entries(methods)) {
      for (const key of malformed) await refuses('invalid', () => call(objects, key), `${name} ${JSON.stringify(key)}`);
    }
    assert.deepEqual(await keysOf(objects), ['from']);
  }),
  objectsCase('keeps all the metadata that fits, and a long type', async ({ objects }) => {
    const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('');
    const metadata = { [long('n', 40)]: 'x', a1_: `${printable} ${printable}`, b: '', long: long('v', 1_810) };
    assert.equal(Object.entries(metadata).flat().join('').length, 2_048);
    const contentType = `application/${long('x', 188)}`;
    await write(objects, 'one', 'x', { metadata, contentType });
    const info = await objects.head('one');
    assert.deepEqual(info?.metadata, metadata);
    assert.equal(info.contentType, contentType);
  }),
  objectsCase('refuses a malformed type and malformed metadata', async ({ objects }) => {
    for (const contentType of ['', long('x', 201), 'text/é', 'text/plain\r\nx-a: b', 'a\u007f'])
      await refuses('invalid', () => objects.put('one', utf8('x'), { contentType }), `type ${contentType}`);
    const broken: readonly Readonly<Record<string, string>>[] = [
      { A: 'x' },
      { '1a': 'x' },
      { 'a-b': 'x' },
      { '': 'x' },
      { é: 'x' },
      { [long('n', 41)]: 'x' },
      { a: 'é' },
      { a: 'x\ny' },
      { a: ' x' },
      { a: 'x ' },
      { a: long('v', 2_048) },
    ];
    for (const metadata of broken)
      await refuses('invalid', () => objects.put('one', utf8('x'), { metadata }), JSON.stringify(metadata));
    assert.equal(await objects.head('one'), undefined);
  }),
];

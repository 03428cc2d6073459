import assert from 'node:assert/strict';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { contentOf, keysOf, objectsCase, sameBytes, sample, streamed, textOf, uploads, utf8, write } from './bench.ts';
import type { ObjectsHarness } from './objects-harness.ts';

const everyByte = Uint8Array.from({ length: 512 }, (_, index) => (index * 7) % 256);

/** Whole objects, parts of them, and what is known of them. */
export const contentCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('gives an object back byte for byte, with what is known of it', async ({ objects, harness }) => {
    const metadata = { origin: 'camera 7', take_2: '~!@#$%^&*()_+{}|:"<>?', empty: '' };
    const before = harness.now();
    const tag = await write(objects, 'a/b.bin', everyByte, { contentType: 'image/png; q="1"', metadata });
    const after = harness.now();
    const found = await objects.get('a/b.bin');
    assert.ok(found !== undefined);
    const { body, modifiedAt, ...info } = found;
    assert.deepEqual(info, { key: 'a/b.bin', tag, sizeBytes: 512, contentType: 'image/png; q="1"', metadata });
    // Engines that stamp objects themselves do so in whole seconds, by a clock of their own.
    assert.ok(
      modifiedAt >= before - 1_000 && modifiedAt <= after + 1_000,
      `written at ${before}, said to be at ${modifiedAt}`,
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    sameBytes(new Uint8Array(Buffer.concat(chunks)), everyByte, 'the content');
    assert.deepEqual(await objects.head('a/b.bin'), { ...info, modifiedAt });
  }),
  objectsCase('knows nothing of an object that is not there', async ({ objects }) => {
    await write(objects, 'folder/one', 'x');
    for (const key of ['none', 'folder', 'folder/on', 'folder/one/two']) {
      assert.equal(await objects.get(key), undefined);
      assert.equal(await objects.get(key, { range: { from: 5 } }), undefined);
      assert.equal(await objects.head(key), undefined);
    }
  }),
  objectsCase('keeps empty objects, written at once or as a stream', async ({ objects }) => {
    await write(objects, 'array', new Uint8Array());
    await write(objects, 'no-chunk', (async function* () {})());
    await write(
      objects,
      'empty-chunk',
      (async function* () {
        yield new Uint8Array();
      })(),
    );
    for (const key of ['array', 'no-chunk', 'empty-chunk']) {
      assert.equal((await objects.head(key))?.sizeBytes, 0);
      assert.equal((await contentOf(objects, key)).length, 0);
    }
  }),
  objectsCase('replaces an object as a whole: content, type and metadata', async ({ objects }) => {
    await write(objects, 'one', 'a long first content', { contentType: 'text/plain', metadata: { by: 'me' } });
    const tag = await write(objects, 'one', 'short');
    const info = await objects.head('one');
    assert.equal(await textOf(objects, 'one'), 'short');
    assert.equal(info?.tag, tag);
    assert.equal(info.sizeBytes, 5);
    assert.equal(info.contentType, 'application/octet-stream');
    assert.deepEqual(info.metadata, {});
  }),
  objectsCase('gives any range of an object, and the size of all of it', async ({ objects }) => {
    const sizeBytes = 150_000;
    await write(objects, 'one', sample(0, sizeBytes));
    const ranges = [
      { from: 0, to: 1 },
      { from: 65_535, to: 131_073 },
      { from: 0, to: sizeBytes },
      { from: 149_999, to: 150_000 },
      { from: 149_990 },
      { from: 0 },
      { from: 140_000, to: sizeBytes + 1 },
      { from: 140_000, to: 2 ** 40 },
    ];
    for (const range of ranges) {
      const what = `range ${JSON.stringify(range)}`;
      const found = await objects.get('one', { range });
      assert.equal(found?.sizeBytes, sizeBytes, `sizeBytes of ${what}`);
      const expected = sample(range.from, Math.min(range.to ?? sizeBytes, sizeBytes));
      const chunks: Uint8Array[] = [];
      for await (const chunk of found.body) chunks.push(chunk);
      sameBytes(new Uint8Array(Buffer.concat(chunks)), expected, what);
    }
  }),
  objectsCase('refuses a range that begins at or behind the end, or is none', async ({ objects }) => {
    await write(objects, 'one', 'abc');
    await write(objects, 'empty', '');
    const ranges = [
      { from: 3 },
      { from: 4, to: 5 },
      { from: 2 ** 40 },
      { from: -1 },
      { from: -3, to: 2 },
      { from: 1, to: 1 },
      { from: 2, to: 1 },
      { from: 0, to: 0 },
      { from: 0.5 },
      { from: 0, to: 1.5 },
      { from: NaN },
    ];
    for (const range of ranges)
      await refuses('invalid', () => objects.get('one', { range }), `range from ${range.from} to ${range.to}`);
    await refuses('invalid', () => objects.get('empty', { range: { from: 0 } }), 'a range of an empty object');
  }),
  objectsCase('gives the content of the tag it told while another takes its place', async ({ objects }) => {
    const sizeBytes = 2_000_000;
    await write(objects, 'one', sample(0, sizeBytes), { metadata: { take: 'first' } });
    const found = await objects.get('one');
    assert.equal(found?.metadata['take'], 'first');
    const chunks: Uint8Array[] = [];
    for await (const chunk of found.body) {
      if (chunks.push(chunk) > 1) continue;
      await write(objects, 'one', 'the second, shorter');
    }
    sameBytes(new Uint8Array(Buffer.concat(chunks)), sample(0, sizeBytes), 'what stood as the reading began');
    assert.equal(await textOf(objects, 'one'), 'the second, shorter');
  }),
  objectsCase('gives back what a reading holds that is ended early', async ({ objects }) => {
    await write(objects, 'one', sample(0, 1_000_000));
    // More than any client keeps open at a time.
    for (let reading = 0; reading < 60; reading++) {
      const found = await objects.get('one');
      for await (const chunk of found!.body) if (chunk.length > 0) break;
    }
    await write(objects, 'one', 'still here');
    assert.equal(await textOf(objects, 'one'), 'still here');
    await objects.delete('one');
    assert.equal(await objects.head('one'), undefined);
  }),
  objectsCase('copies content, type and metadata, over what stands there', async ({ objects }) => {
    const options = { contentType: 'text/plain', metadata: { by: 'me', n: '1' } };
    const source = await write(objects, 'from', 'the content', options);
    await write(objects, 'to', 'in the way', { metadata: { old: 'yes' } });
    for (const to of ['to', 'folder/new é+ %']) {
      const result = await objects.copy('from', to);
      assert.equal(result.kind, 'copied');
      const info = await objects.head(to);
      assert.deepEqual({ kind: 'copied', tag: info?.tag }, result);
      assert.deepEqual([info?.contentType, info?.metadata, info?.sizeBytes], ['text/plain', options.metadata, 11]);
      assert.equal(await textOf(objects, to), 'the content');
    }
    await write(objects, 'from', 'changed later');
    await objects.delete('from');
    assert.equal(await textOf(objects, 'to'), 'the content');
    assert.notEqual(source, '');
  }),
  objectsCase('copies nothing where nothing stands', async ({ objects }) => {
    await write(objects, 'to', 'stays');
    assert.deepEqual(await objects.copy('none', 'to'), { kind: 'not-found' });
    assert.deepEqual(await objects.copy('none', 'none'), { kind: 'not-found' });
    assert.equal(await textOf(objects, 'to'), 'stays');
    assert.deepEqual(await keysOf(objects), ['to']);
  }),
  objectsCase('changes nothing by a copy of an object onto itself', async ({ objects, harness }) => {
    await write(objects, 'one', 'same', { contentType: 'text/plain', metadata: { by: 'me' } });
    const before = await objects.head('one');
    await harness.pass(1_500);
    assert.deepEqual(await objects.copy('one', 'one'), { kind: 'copied', tag: before?.tag });
    assert.deepEqual(await objects.head('one'), before);
  }),
  objectsCase('removes an object, and what is not there without a word', async ({ objects }) => {
    const tag = await write(objects, 'one', 'x');
    await write(objects, 'one/two', 'y');
    await objects.delete('one');
    await objects.delete('one');
    await objects.delete('never');
    assert.equal(await objects.get('one'), undefined);
    assert.equal(await objects.head('one'), undefined);
    assert.deepEqual(await keysOf(objects), ['one/two']);
    assert.deepEqual(await objects.put('one', utf8('z'), { condition: { tag } }), { kind: 'conflict' });
    await write(objects, 'one', 'again', { condition: 'absent' });
    assert.equal(await textOf(objects, 'one'), 'again');
  }),
  objectsCase('keeps objects over a restart', async ({ objects, harness }) => {
    const options = { contentType: 'text/plain', metadata: { by: 'me' } };
    await write(objects, 'one', 'kept', options);
    await write(objects, 'long', streamed(300_000));
    await write(objects, 'gone', 'x');
    await objects.delete('gone');
    const before = await objects.head('one');
    await harness.restart?.();
    const reopened = await harness.open(uploads);
    assert.deepEqual(await reopened.head('one'), before);
    assert.equal(await textOf(reopened, 'one'), 'kept');
    sameBytes(await contentOf(reopened, 'long'), sample(0, 300_000), 'the long one');
    assert.deepEqual(await keysOf(reopened), ['long', 'one']);
  }),
];

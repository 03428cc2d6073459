import assert from 'node:assert/strict';
import type { ObjectPutResult } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import {
  contentOf,
  everyObject,
  keysOf,
  objectsCase,
  sameBytes,
  sample,
  streamed,
  textOf,
  utf8,
  write,
} from './bench.ts';
import type { ObjectsHarness } from './objects-harness.ts';

const conflict = { kind: 'conflict' } as const;

/** Which of several writes holds, and what they are known by. */
export const conditionCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('writes under "absent" only where nothing stands', async ({ objects }) => {
    await write(objects, 'one', 'first', { condition: 'absent' });
    assert.deepEqual(await objects.put('one', utf8('second'), { condition: 'absent' }), conflict);
    assert.deepEqual(await objects.put('one', streamed(100_000), { condition: 'absent' }), conflict);
    assert.equal(await textOf(objects, 'one'), 'first');
    await objects.delete('one');
    await write(objects, 'one', streamed(100_000), { condition: 'absent' });
  }),
  objectsCase('writes under a tag only while that object stands', async ({ objects }) => {
    const first = await write(objects, 'one', 'first');
    const second = await write(objects, 'one', 'second', { condition: { tag: first } });
    assert.deepEqual(await objects.put('one', utf8('third'), { condition: { tag: first } }), conflict);
    assert.deepEqual(await objects.put('one', streamed(100_000), { condition: { tag: first } }), conflict);
    assert.equal(await textOf(objects, 'one'), 'second');
    await write(objects, 'one', streamed(100_000), { condition: { tag: second } });
    sameBytes(await contentOf(objects, 'one'), sample(0, 100_000), 'the content');
  }),
  objectsCase('takes a tag that no object has for a condition that fails', async ({ objects }) => {
    const tag = await write(objects, 'one', 'first');
    for (const condition of ['never', '*', '"*"', '0', '""', '', '12345678', `${tag}x`, 'é "']) {
      assert.deepEqual(
        await objects.put('one', utf8('x'), { condition: { tag: condition } }),
        conflict,
        `tag ${condition}`,
      );
    }
    assert.deepEqual(await objects.put('none', utf8('x'), { condition: { tag } }), conflict);
    assert.deepEqual(await objects.put('none', utf8('x'), { condition: { tag: '*' } }), conflict);
    assert.equal(await textOf(objects, 'one'), 'first');
    assert.deepEqual(await keysOf(objects), ['one']);
  }),
  objectsCase('writes one of many that ask for "absent" at once', async ({ objects }) => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) => objects.put('one', utf8(`writer ${n}`), { condition: 'absent' })),
    );
    assert.equal(await textOf(objects, 'one'), `writer ${onlyWritten(results)}`);
  }),
  objectsCase('writes one of many that ask for the same tag at once', async ({ objects }) => {
    const tag = await write(objects, 'one', 'first');
    const body = (n: number) => (n % 2 === 0 ? utf8(`writer ${n}`) : streamedText(`writer ${n}`));
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) => objects.put('one', body(n), { condition: { tag } })),
    );
    const winner = onlyWritten(results);
    assert.equal(await textOf(objects, 'one'), `writer ${winner}`);
    assert.deepEqual(results[winner], { kind: 'written', tag: (await objects.head('one'))?.tag });
  }),
  objectsCase('writes no stream whose condition has ceased to hold while it came', async ({ objects }) => {
    const tag = await write(objects, 'two', 'before');
    const overtaken = async function* (key: string) {
      yield sample(0, 100_000);
      await write(objects, key, 'faster');
      yield sample(100_000, 200_000);
    };
    assert.deepEqual(await objects.put('one', overtaken('one'), { condition: 'absent' }), conflict);
    assert.deepEqual(await objects.put('two', overtaken('two'), { condition: { tag } }), conflict);
    for (const key of ['one', 'two']) assert.equal(await textOf(objects, key), 'faster');
  }),
  objectsCase('leaves one of many unconditional writes whole', async ({ objects }) => {
    const sizes = [0, 1, 1_000, 70_000, 130_000, 200_000];
    const results = await Promise.all(
      sizes.map((size, n) => objects.put('one', n % 2 === 0 ? sample(0, size) : streamed(size))),
    );
    const found = await objects.get('one');
    const told = results.map((result) => (result.kind === 'written' ? result.tag : undefined));
    assert.ok(!told.includes(undefined), 'all are written');
    assert.equal(told[sizes.indexOf(found!.sizeBytes)], found!.tag, 'the tag is that of the content');
    sameBytes(await contentOf(objects, 'one'), sample(0, found!.sizeBytes), 'the content');
  }),
  objectsCase('tells the same tag wherever it tells one', async ({ objects }) => {
    const tags = [await write(objects, 'one', 'x'), await write(objects, 'two', streamed(70_000))];
    for (const [index, key] of ['one', 'two'].entries()) {
      const found = await objects.get(key);
      assert.equal((await contentOf(objects, key)).length, found?.sizeBytes);
      for await (const chunk of found!.body) assert.ok(chunk.length > 0);
      const [listed] = await everyObject(objects, { prefix: key });
      assert.deepEqual(
        [found?.tag, (await objects.head(key))?.tag, listed?.tag],
        [tags[index], tags[index], tags[index]],
      );
    }
  }),
  objectsCase('has another tag for each other content', async ({ objects }) => {
    const contents = ['', 'a', 'b', 'ab', 'ba', 'a\0', sample(0, 70_000), sample(1, 70_001)];
    const tags: string[] = [];
    for (const content of contents) tags.push(await write(objects, 'one', content));
    assert.equal(new Set(tags).size, contents.length, `tags: ${tags.join(' ')}`);
    await write(objects, 'other', 'and this');
    const copied = await objects.copy('other', 'one');
    assert.ok(copied.kind === 'copied' && !tags.includes(copied.tag), 'a copy has the tag of another content');
  }),
  objectsCase('gives no tag of before to an object that was removed and written anew', async ({ objects }) => {
    const before = await write(objects, 'one', 'a');
    await objects.delete('one');
    const after = await write(objects, 'one', 'b');
    assert.notEqual(after, before);
    assert.deepEqual(await objects.put('one', utf8('c'), { condition: { tag: before } }), conflict);
  }),
];

async function* streamedText(text: string) {
  for (const letter of text) yield utf8(letter);
}

/** The index of the one write that won. */
function onlyWritten(results: readonly ObjectPutResult[]): number {
  const kinds = results.map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === 'written').length, 1, `one is written, not ${kinds.join(', ')}`);
  return kinds.indexOf('written');
}

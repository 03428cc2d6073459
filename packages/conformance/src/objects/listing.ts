import assert from 'node:assert/strict';
import { compareUtf8 } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { everyObject, keysOf, objectsCase, utf8, write, type Bench } from './bench.ts';
import type { ObjectsHarness } from './objects-harness.ts';

async function fill(objects: Bench['objects'], keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => write(objects, key, key)));
}

/** Where the order of UTF-8 is another than that of UTF-16, of words, or of folders. */
const unordered = [
  'b',
  'a/b',
  'a',
  'B',
  'a b',
  'a+b',
  'a!',
  'a-b',
  'é',
  'z',
  '\u{1f680}',
  '\uff5e',
  '漢',
  '10',
  '9',
  '_',
];

/** Lists: which objects, in which order, page by page. */
export const listingCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('lists objects in the order of the bytes of their keys', async ({ objects }) => {
    await fill(objects, unordered);
    assert.deepEqual(await keysOf(objects), unordered.toSorted(compareUtf8));
    assert.deepEqual(await keysOf(objects, { limit: 5 }), unordered.toSorted(compareUtf8));
  }),
  objectsCase('lists nothing where nothing stands', async ({ objects }) => {
    assert.deepEqual(await objects.list(), { items: [] });
    await write(objects, 'one', 'x');
    assert.deepEqual(await everyObject(objects, { prefix: 'two' }), []);
    assert.deepEqual(await everyObject(objects, { prefix: 'one/' }), []);
    assert.deepEqual(await everyObject(objects, { prefix: 'one', limit: 1 }), await everyObject(objects));
  }),
  objectsCase('tells of each object what is known of it otherwise', async ({ objects }) => {
    await write(objects, 'a', 'x', { contentType: 'text/plain' });
    await write(objects, 'b', 'longer', { metadata: { by: 'me' } });
    for (const item of await everyObject(objects)) {
      const { key, tag, sizeBytes, modifiedAt } = (await objects.head(item.key))!;
      assert.deepEqual(item, { key, tag, sizeBytes, modifiedAt });
    }
  }),
  objectsCase('lists by any prefix, whole segments or not', async ({ objects }) => {
    const keys = ['in/2024/a', 'in/2024/b', 'in/2025/a', 'in', 'inside', 'In/2024/a', 'out/in/2024', 'in-2'];
    await fill(objects, keys);
    for (const prefix of ['in/2024/', 'in/202', 'in/', 'in', 'i', 'in/2024/a', 'I', 'o', 'x', '']) {
      const expected = keys.filter((key) => key.startsWith(prefix)).sort(compareUtf8);
      assert.deepEqual(await keysOf(objects, { prefix }), expected, `prefix "${prefix}"`);
      assert.deepEqual(await keysOf(objects, { prefix, limit: 1 }), expected, `prefix "${prefix}", one by one`);
    }
  }),
  objectsCase('takes a prefix by the letter, whatever signs it has', async ({ objects }) => {
    const prefixes = ['a+b', 'a b', 'a%20b', 'a%', 'a_', 'a*', 'a[b]', 'a?', 'a~', "a'", 'é', 'e\u0301', '\u{1f680}'];
    const keys = prefixes.map((prefix) => `${prefix}/x`);
    await fill(objects, keys);
    for (const [index, prefix] of prefixes.entries()) {
      const expected = keys.filter((key) => key.startsWith(prefix)).sort(compareUtf8);
      assert.ok(expected.includes(keys[index]!));
      assert.deepEqual(await keysOf(objects, { prefix }), expected, `prefix "${prefix}"`);
    }
  }),
  objectsCase('ends with a page without a cursor, however many there are', async ({ objects }) => {
    await fill(objects, ['k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
    for (const limit of [1, 2, 4, 5, 6, 7, 1_000]) {
      const found = await keysOf(objects, { limit });
      assert.deepEqual(found, ['k1', 'k2', 'k3', 'k4', 'k5', 'k6'], `${limit} at a time`);
    }
  }),
  objectsCase('goes on where it was while objects come and go', async ({ objects }) => {
    await fill(objects, ['b', 'd', 'f', 'h', 'j']);
    const first = await objects.list({ limit: 2 });
    assert.deepEqual(
      first.items.map(({ key }) => key),
      ['b', 'd'],
    );
    // The last that was listed goes, one comes before it, one comes and one goes behind it.
    await objects.delete('d');
    await write(objects, 'a', 'x');
    await write(objects, 'g', 'x');
    await objects.delete('h');
    const rest: string[] = [];
    for (let cursor = first.cursor; cursor !== undefined;) {
      const page = await objects.list({ limit: 2, cursor });
      rest.push(...page.items.map(({ key }) => key));
      cursor = page.cursor;
    }
    assert.deepEqual(rest, ['f', 'g', 'j']);
  }),
  objectsCase('shows each write and each removal at once', async ({ objects }) => {
    for (const n of [1, 2, 3]) {
      const tag = await write(objects, 'one', `content ${n}`);
      assert.deepEqual(
        (await everyObject(objects)).map((item) => [item.key, item.tag]),
        [['one', tag]],
      );
      await objects.delete('one');
      assert.deepEqual(await keysOf(objects), []);
    }
  }),
  objectsCase('refuses a page size out of bounds, and a prefix that no key has', async ({ objects }) => {
    for (const limit of [0, -1, 1_001, 1.5, NaN])
      await refuses('invalid', () => objects.list({ limit }), `limit ${limit}`);
    for (const prefix of ['a\0', 'a\n', 'a\\b', '\ud800', 'x'.repeat(701)])
      await refuses('invalid', () => objects.list({ prefix }), `prefix ${JSON.stringify(prefix)}`);
  }),
  objectsCase('refuses a cursor of another list, or of none', async ({ objects }) => {
    await Promise.all(['a/1', 'a/2', 'b/1', 'b/2'].map((key) => objects.put(key, utf8('x'))));
    const { cursor } = await objects.list({ prefix: 'a/', limit: 1 });
    assert.ok(cursor !== undefined);
    await refuses('invalid', () => objects.list({ prefix: 'b/', cursor }), 'the cursor of another prefix');
    await refuses('invalid', () => objects.list({ cursor }), 'a cursor of a prefix, without it');
    for (const garbage of ['', 'x', 'a/1', '%', `${cursor}x`, 'e30', 'W10', 'bnVsbA', 'é', '\0'])
      await refuses('invalid', () => objects.list({ prefix: 'a/', cursor: garbage }), `cursor "${garbage}"`);
    assert.deepEqual(
      (await objects.list({ prefix: 'a/', cursor })).items.map(({ key }) => key),
      ['a/2'],
    );
  }),
];

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Case } from '../suite/case.ts';
import { eventually, refuses } from '../suite/expect.ts';
import {
  caseOver,
  contentOf,
  keysOf,
  objectsCase,
  sameBytes,
  sample,
  smallUploads,
  streamed,
  textOf,
  write,
} from './bench.ts';
import type { ObjectsHarness } from './objects-harness.ts';

const mebibyte = 1_048_576;
/** Over what one part of an upload has on any cloud, and no multiple of anything. */
const largeBytes = 12 * mebibyte + 12_345;

/** What is written from streams. */
export const streamCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('stores a stream of chunks of any size', async ({ objects }) => {
    const tag = await write(objects, 'one', streamed(300_000, [1, 70_000, 3, 65_536, 0, 17]), { contentType: 'a/b' });
    sameBytes(await contentOf(objects, 'one'), sample(0, 300_000), 'the content');
    const info = await objects.head('one');
    assert.deepEqual([info?.tag, info?.sizeBytes, info?.contentType], [tag, 300_000, 'a/b']);
  }),
  objectsCase('stores a stream of one byte at a time', async ({ objects }) => {
    await write(objects, 'one', streamed(2_000, [1]));
    sameBytes(await contentOf(objects, 'one'), sample(0, 2_000), 'the content');
  }),
  objectsCase('stores an object that is too large for one part, and gives ranges of it', async ({ objects }) => {
    const tag = await write(objects, 'large', streamed(largeBytes, [700_000]), { metadata: { by: 'me' } });
    const found = await objects.get('large');
    assert.deepEqual([found?.tag, found?.sizeBytes, found?.metadata], [tag, largeBytes, { by: 'me' }]);
    const read = createHash('sha256');
    for await (const chunk of found!.body) read.update(chunk);
    const expected = createHash('sha256');
    for (let at = 0; at < largeBytes; at += mebibyte) expected.update(sample(at, Math.min(at + mebibyte, largeBytes)));
    assert.equal(read.digest('hex'), expected.digest('hex'), 'the digest of what was read');
    for (const from of [5 * mebibyte - 10, 8 * mebibyte - 10, largeBytes - 20]) {
      const range = { from, to: from + 20 };
      sameBytes(await contentOf(objects, 'large', { range }), sample(from, from + 20), `the bytes from ${from}`);
    }
    assert.deepEqual(await objects.copy('large', 'copy'), { kind: 'copied', tag: (await objects.head('copy'))?.tag });
    assert.equal((await objects.head('copy'))?.sizeBytes, largeBytes);
  }),
  objectsCase('leaves what stood when a stream fails, and nothing where nothing stood', async ({ objects }) => {
    await write(objects, 'stands', 'as before');
    for (const failsAt of [0, 100_000, 9 * mebibyte]) {
      const fault = new Error(`the camera fell at ${failsAt}`);
      const failing = async function* () {
        yield* streamed(failsAt);
        throw fault;
      };
      for (const key of ['stands', 'new'])
        await assert.rejects(objects.put(key, failing()), (error) => error === fault, `at byte ${failsAt} of "${key}"`);
    }
    assert.equal(await textOf(objects, 'stands'), 'as before');
    assert.equal(await objects.head('new'), undefined);
    assert.deepEqual(await keysOf(objects), ['stands']);
  }),
  objectsCase('shows nothing of a stream before all of it is stored', async ({ objects }) => {
    await write(objects, 'stands', 'as before');
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      seen.push(await textOf(objects, 'stands'), await objects.get('new'), await keysOf(objects));
    };
    const looking = async function* () {
      yield sample(0, 100_000);
      await look();
      yield sample(100_000, 200_000);
      await look();
    };
    await write(objects, 'stands', looking());
    await write(objects, 'new', looking());
    const stood = ['as before', undefined, ['stands']];
    assert.deepEqual(seen.slice(0, 6), [...stood, ...stood]);
    assert.deepEqual([seen[7], seen[8], seen[10], seen[11]], [undefined, ['stands'], undefined, ['stands']]);
    sameBytes(await contentOf(objects, 'new'), sample(0, 200_000), 'the content');
  }),
  caseOver(smallUploads, 'takes an object that just fits, and refuses one of a byte more', async ({ objects }) => {
    const most = smallUploads.maxObjectBytes;
    await write(objects, 'array', sample(0, most));
    await write(objects, 'stream', streamed(most, [10_000]));
    await refuses('too-large', () => objects.put('array', sample(0, most + 1)), 'an array');
    await refuses('too-large', () => objects.put('stream', streamed(most + 1, [10_000])), 'a stream');
    await refuses('too-large', () => objects.put('new', streamed(most + 1, [most + 1])), 'a stream of one chunk');
    for (const key of ['array', 'stream'])
      sameBytes(await contentOf(objects, key), sample(0, most), `what stood under "${key}"`);
    assert.deepEqual(await keysOf(objects), ['array', 'stream']);
  }),
  caseOver(smallUploads, 'reads a stream that is too large no further than it must', async ({ objects, harness }) => {
    let given = 0;
    let ended = false;
    const tooLarge = async function* () {
      try {
        while (given < 8 * mebibyte) {
          await new Promise((resolve) => setImmediate(resolve));
          given += 4_096;
          yield new Uint8Array(4_096);
        }
      } finally {
        ended = true;
      }
    };
    await refuses('too-large', () => objects.put('one', tooLarge()), 'a stream of 8 MiB');
    await eventually(harness, () => assert.ok(ended, 'the stream was not ended'));
    // A client may read some chunks ahead.
    assert.ok(given <= smallUploads.maxObjectBytes + mebibyte, `${given} bytes were read`);
    assert.equal(await objects.head('one'), undefined);
  }),
];

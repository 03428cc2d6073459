import { bytesOf, objects, type Objects } from '@portolan/kernel';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBecome, filesIn } from '../testing/files-become.ts';
import { LocalHarness } from '../testing/local-harness.ts';
import { inlineBytes } from './intake.ts';

const uploads = objects('uploads');
const long = 3 * inlineBytes;

let harness: LocalHarness;
let place: Objects;
beforeEach(async () => {
  harness = new LocalHarness();
  place = await harness.open(uploads);
});
afterEach(() => harness[Symbol.asyncDispose]());

/** Where files hold objects. */
const folder = (): string => join(harness.runtime.objectsFolder, 'harness.uploads');
const files = (): readonly string[] => filesIn(folder());
const contents = (): unknown =>
  harness.engine.read(
    () => harness.engine.statement('SELECT count(*) AS n FROM "harness.uploads contents"').get()!['n'],
  );
const filled = (byte: number, length = long): Uint8Array => new Uint8Array(length).fill(byte);
const firstByteOf = async (from: Objects, key: string): Promise<number | undefined> =>
  (await bytesOf((await from.get(key))!.body, 1e9))[0];
const reopen = async (): Promise<Objects> => harness.open(uploads);

test('keeps short objects in the platform’s file and long ones in files of their own', async () => {
  await place.put('short', filled(1, inlineBytes));
  await place.put(
    'stream',
    (async function* () {
      for (let part = 0; part < 4; part++) yield filled(1, inlineBytes / 4);
    })(),
  );
  expect([files().length, contents()]).toEqual([0, 2]);
  await place.put('long', filled(1, inlineBytes + 1));
  expect([files().length, contents()]).toEqual([1, 2]);
});

test.each([
  ['short', 10, [0, 1]],
  ['long', long, [1, 0]],
])('lets the bytes of a %s object go with the last copy of it', async (_kind, length, [kept, rows]) => {
  await place.put('one', filled(1, length));
  await place.copy('one', 'two');
  await place.put('one', new Uint8Array());
  await place.delete('one');
  await filesBecome(folder(), kept!);
  expect(contents()).toBe(rows);
  expect(await firstByteOf(place, 'two')).toBe(1);
  await place.put('two', new Uint8Array());
  await place.delete('two');
  await filesBecome(folder(), 0);
  expect(contents()).toBe(0);
});

test('lets the file go of a write that lost, and of a stream that failed', async () => {
  await place.put('one', filled(1));
  await place.put('one', filled(2), { condition: 'absent' });
  const failing = async function* () {
    yield filled(3);
    expect(files()).toHaveLength(2);
    throw new Error('half way');
  };
  await expect(place.put('one', failing())).rejects.toThrow('half way');
  await filesBecome(folder(), 1);
});

describe('where the process ends', () => {
  test('in the middle of a stream, nothing of it is found', async () => {
    await place.put('one', filled(1));
    const ending = async function* () {
      yield filled(2);
      expect(files()).toHaveLength(2);
      await harness.restart();
      throw new Error('ended');
    };
    await expect(place.put('one', ending())).rejects.toThrow('ended');
    const after = await reopen();
    expect(await firstByteOf(after, 'one')).toBe(1);
    await filesBecome(folder(), 1);
  });

  test('between a file and its row, the former object stands and the file goes', async () => {
    await place.put('one', filled(1));
    const { engine } = harness;
    const write = engine.write.bind(engine);
    const onDisk: number[] = [];
    engine.write = async (...work) => {
      onDisk.push(files().length);
      await harness.restart();
      return write(...work);
    };
    // The process that has ended cannot answer: its engine is closed.
    await expect(place.put('one', filled(2))).rejects.toMatchObject({ code: 'unavailable' });
    expect(onDisk).toEqual([2]);
    const after = await reopen();
    expect(await firstByteOf(after, 'one')).toBe(1);
    await filesBecome(folder(), 1);
    expect((await after.list()).items).toHaveLength(1);
  });

  test('between a row and the end of the former file, the new object stands and the file goes', async () => {
    await place.put('one', filled(1));
    const [former] = files();
    const kept = readFileSync(join(folder(), former!));
    await place.put('one', filled(2));
    await filesBecome(folder(), 1);
    await harness.restart();
    writeFileSync(join(folder(), former!), kept);
    const after = await reopen();
    await filesBecome(folder(), 1);
    expect(files()).not.toContain(former);
    expect(await firstByteOf(after, 'one')).toBe(2);
  });
});

test('reads on in a file that has been replaced and removed', async () => {
  const sizeBytes = 1_000_000;
  await place.put('one', filled(1, sizeBytes));
  const found = await place.get('one');
  await place.put('one', filled(2));
  await place.delete('one');
  await filesBecome(folder(), 0);
  const read = await bytesOf(found!.body, sizeBytes);
  expect(read.length === sizeBytes && read.every((byte) => byte === 1)).toBe(true);
});

test('says that bytes are missing which somebody took away', async () => {
  await place.put('one', filled(1));
  writeFileSync(join(folder(), files()[0]!), 'cut');
  const cut = await place.get('one');
  await expect(bytesOf(cut!.body, long)).rejects.toMatchObject({ code: 'corrupted' });
});

test('says that its folder is gone, and goes on when it is back', async () => {
  await place.put('one', filled(1));
  renameSync(folder(), `${folder()}-away`);
  await expect(place.put('one', filled(2))).rejects.toMatchObject({ code: 'unavailable' });
  await expect(place.get('one')).rejects.toMatchObject({ code: 'corrupted' });
  await place.put('short', filled(1, 10));
  renameSync(`${folder()}-away`, folder());
  expect(await firstByteOf(place, 'one')).toBe(1);
  await place.put('one', filled(2));
  expect(await firstByteOf(place, 'one')).toBe(2);
});

test('holds no more of a long stream in memory than of a short one', async () => {
  const chunk = filled(7, 65_536);
  const chunks = 2_000;
  let most = 0;
  const base = process.memoryUsage().arrayBuffers;
  const streaming = async function* () {
    for (let part = 0; part < chunks; part++) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - base);
      yield chunk;
    }
  };
  await place.put('one', streaming());
  let read = 0;
  for await (const part of (await place.get('one'))!.body) read += part.length;
  expect(read).toBe(chunks * chunk.length);
  expect(most).toBeLessThan(8_000_000);
});

test('commits what is written side by side in few transactions', async () => {
  const before = harness.engine.commits;
  await Promise.all(Array.from({ length: 200 }, (_, n) => place.put(`key ${n}`, filled(n % 256, 100))));
  expect(harness.engine.commits - before).toBeLessThan(5);
});

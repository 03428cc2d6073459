import { newWorld } from '@portolan/kernel/testing';
import { archive } from '../ports.ts';
import { plainGzip, readText, writeText } from './archive-object.ts';

const key = 'minutes/BTC-USD/2026/01/31/13/05.jsonl.gz';

test('what is written is read, with the tag that it is written over by', async () => {
  const objects = newWorld().open(archive);
  expect(await readText(objects, key)).toBeUndefined();
  const written = await writeText(objects, key, 'one\n', undefined, plainGzip);
  expect(written).toMatchObject({ kind: 'stands', revision: false });
  const before = (await readText(objects, key))!;
  expect({ kind: 'stands', ...before }).toEqual({ ...written, text: 'one\n' });
  expect(await writeText(objects, key, 'one\n', before, plainGzip)).toEqual(written);
  expect(await writeText(objects, key, 'two\n', before, plainGzip)).toMatchObject({ kind: 'stands', revision: true });
  expect(await writeText(objects, key, 'three\n', before, plainGzip)).toEqual({ kind: 'conflict' });
  expect(await readText(objects, key)).toMatchObject({ text: 'two\n', revision: true });
});

test('what is no gzip is corrupted', async () => {
  const objects = newWorld().open(archive);
  await objects.put(key, (await plainGzip('text')).subarray(1));
  await expect(readText(objects, key)).rejects.toMatchObject({
    code: 'corrupted',
    message: expect.stringContaining(key) as string,
  });
});

test('whatever the archive takes is read again, to the last byte, and no more', async () => {
  // Zeros, which are no gzip: what is too large is refused before anybody looks.
  const read = (sizeBytes: number) => {
    const info = { key, sizeBytes, tag: '1', modifiedAt: 0, contentType: 'application/gzip', metadata: {} };
    const body = (async function* () {
      yield new Uint8Array(sizeBytes);
    })();
    return readText({ get: async () => ({ ...info, body }) }, key);
  };
  await expect(read(archive.maxObjectBytes)).rejects.toMatchObject({ code: 'corrupted' });
  await expect(read(archive.maxObjectBytes + 1)).rejects.toMatchObject({ code: 'too-large' });
});

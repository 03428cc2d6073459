import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/files.ts';
import { fileCheckpoints } from './file-checkpoints.ts';

const temporary = temporaryFolder();
afterAll(temporary.remove);
const folder = join(temporary.path, 'imports');

test('keeps the last line of each key, for later processes too', async () => {
  const checkpoints = fileCheckpoints(folder);
  expect(await checkpoints.load('a')).toBeUndefined();
  for (const line of [5_000, 10_000]) await checkpoints.save('a', line);
  await checkpoints.save('b/../c', 7);
  const later = fileCheckpoints(folder);
  expect(await Promise.all(['a', 'b/../c', 'd'].map((key) => later.load(key)))).toEqual([10_000, 7, undefined]);
  expect(readdirSync(folder)).toHaveLength(2);
});

test.each(['', '{"fileKey":"x","line":1', '{"fileKey":"other","line":1}', '{"fileKey":"x","line":"1"}', 'null'])(
  'a file that holds %p counts as none',
  async (content) => {
    rmSync(folder, { recursive: true, force: true });
    const checkpoints = fileCheckpoints(folder);
    await checkpoints.save('x', 3);
    writeFileSync(join(folder, readdirSync(folder)[0]!), content);
    expect(await checkpoints.load('x')).toBeUndefined();
    await checkpoints.save('x', 4);
    expect(await checkpoints.load('x')).toBe(4);
  },
);

test('tells a folder that cannot be used', async () => {
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, 'a file');
  await expect(fileCheckpoints(folder).save('x', 1)).rejects.toThrow(
    expect.objectContaining({ code: 'internal', message: expect.stringContaining('cannot be saved') }),
  );
});

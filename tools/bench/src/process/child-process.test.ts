import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChild } from './child-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'portolan-child-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): URL {
  const file = join(folder, name);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

test('hears what a process tells in its order, and tells it things', async () => {
  const entry = program(
    'echo.mjs',
    `const { from } = JSON.parse(process.argv[2]);
     process.send({ n: from });
     process.send({ n: from + 1 });
     process.once('message', ({ add }) => process.send({ n: from + add }, () => process.exit(0)));`,
  );
  const child = startChild<{ readonly n: number }>(entry, { from: 7 }, 'an echo');
  expect([await child.next(), await child.next()]).toEqual([{ n: 7 }, { n: 8 }]);
  child.tell({ add: 10 });
  expect(await child.next()).toEqual({ n: 17 });
  await child.ended;
});

test('says what a process complained of that ended without a word', async () => {
  const child = startChild(program('faulty.mjs', `throw new Error('no disk here');`), {}, 'a faulty job');
  await expect(child.next()).rejects.toThrow(/^a faulty job ended with 1\n[^]*no disk here/);
});

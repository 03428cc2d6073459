import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workplace } from './workplace.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'portolan-workplace-'));
afterAll(() => rmSync(dataFolder, { recursive: true }));

test('leaves nothing behind of work that failed, and nothing at all in the end', async () => {
  const workplace = new Workplace(dataFolder);
  const kept = workplace.newFolder();
  const failing = workplace.within(async (folder) => {
    writeFileSync(join(folder, 'data'), 'x');
    throw new Error('gave up');
  });
  await expect(failing).rejects.toThrow('gave up');
  expect(readdirSync(workplace.folder).map((name) => join(workplace.folder, name))).toEqual([kept]);
  workplace.close();
  expect(existsSync(workplace.folder)).toBe(false);
});

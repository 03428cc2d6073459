import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptText } from './kept-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'portolan-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('makes a text once, whole, for its owner alone, and leaves no draft', () => {
  const file = join(folder, 'secret');
  expect(keptText(file, () => 'first')).toBe('first');
  expect(keptText(file, () => 'second')).toBe('first');
  expect(readFileSync(file, 'utf8')).toBe('first\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['secret']);
});

test('takes the text of whoever was faster', () => {
  const file = join(folder, 'raced');
  expect(keptText(file, () => keptText(file, () => 'faster') && 'slower')).toBe('faster');
});

test('says why it cannot make a text', () => {
  expect(() => keptText(join(folder, 'no such folder', 'secret'), () => 'x')).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});

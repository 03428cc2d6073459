import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianPostgresFolders, findBinary } from './find-binary.ts';

const folder = mkdtempSync(join(tmpdir(), 'portolan-find-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('finds programs, and nothing that cannot be run', () => {
  writeFileSync(join(folder, 'a-program'), '#!/bin/sh\n');
  chmodSync(join(folder, 'a-program'), 0o755);
  mkdirSync(join(folder, 'a-folder'));
  expect(findBinary('a-program', [folder])).toBe(join(folder, 'a-program'));
  expect(findBinary('a-folder', [folder])).toBeUndefined();
  expect(findBinary('no-program', [folder])).toBeUndefined();
});

test('looks into the newest PostgreSQL first', () => {
  for (const version of ['9', '15', '17']) mkdirSync(join(folder, 'postgresql', version), { recursive: true });
  const root = join(folder, 'postgresql');
  expect(debianPostgresFolders(root)).toEqual(['17', '15', '9'].map((version) => join(root, version, 'bin')));
  expect(debianPostgresFolders(join(folder, 'nowhere'))).toEqual([]);
});

import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The full path of a program on PATH or in one of the folders given, `undefined` where there is none. */
export function findBinary(name: string, alsoIn: readonly string[] = []): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...alsoIn];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** The `bin` folders of PostgreSQL as Debian lays them out, the newest version first. */
export function debianPostgresFolders(root = '/usr/lib/postgresql'): readonly string[] {
  return entries(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'));
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No such folder: PostgreSQL is not installed this way.
    return [];
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns Path of the first of these programs that is on PATH, or undefined when there is none. */
export function findProgram(names: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

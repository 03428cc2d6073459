import { existsSync, readdirSync } from 'node:fs';

export const filesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Waits, for a while and without sleeping, until a folder has that many files. @throws {Error} where it does not come to that. */
export async function filesBecome(folder: string, count: number): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (filesIn(folder).length === count) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${folder} has ${filesIn(folder).length} files, not ${count}`);
}

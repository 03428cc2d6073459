import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortError } from '@portolan/kernel';
import type { Checkpoints } from './checkpoints.ts';

interface Saved {
  readonly fileKey: string;
  readonly line: number;
}

/**
 * Checkpoints as small files in a folder, which is made when the first is saved. A file is replaced as a whole; one that is
 * lost or unreadable counts as none.
 *
 * One process at a time may import the same file.
 *
 * @throws {PortError} `internal`, from both methods, where the folder cannot be used.
 */
export function fileCheckpoints(folder: string): Checkpoints {
  const pathOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  const failed = (what: string, error: unknown): PortError =>
    new PortError('internal', `a checkpoint in ${folder} cannot be ${what}: ${(error as Error).message}`, {
      cause: error,
    });
  return {
    async load(fileKey) {
      try {
        const saved = JSON.parse(await readFile(pathOf(fileKey), 'utf8')) as Partial<Saved> | null;
        return saved?.fileKey === fileKey && Number.isSafeInteger(saved.line) ? saved.line : undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
        throw failed('read', error);
      }
    },
    async save(fileKey, line) {
      const path = pathOf(fileKey);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(`${path}.draft`, `${JSON.stringify({ fileKey, line } satisfies Saved)}\n`);
        // Not forced to the disk: after a loss of power an older line is found, or none, and either is safe.
        await rename(`${path}.draft`, path);
      } catch (error) {
        throw failed('saved', error);
      }
    },
  };
}

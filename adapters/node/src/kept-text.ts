import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The text of a file that is made where there is none, readable by its owner alone: a secret. Its folder must exist.
 *
 * The file is made whole or not at all: half a secret, left by a crash, would stop every later start. Where another
 * process is first, its text stands.
 */
export function keptText(file: string, make: () => string): string {
  if (!existsSync(file)) makeFile(file, make());
  return readFileSync(file, 'utf8').trim();
}

function makeFile(file: string, text: string): void {
  const drafts = mkdtempSync(join(dirname(file), '.draft-'));
  try {
    const draft = join(drafts, 'draft');
    writeFileSync(draft, `${text}\n`, { mode: 0o600, flush: true });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(drafts, { recursive: true });
  }
}

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * The Chromium that browser tests drive: CHROMIUM_PATH when set, else the first known name on PATH.
 *
 * @returns Path of the program, or undefined when the machine has none.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = env['CHROMIUM_PATH']
    ? [env['CHROMIUM_PATH']]
    : names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => existsSync(path));
}

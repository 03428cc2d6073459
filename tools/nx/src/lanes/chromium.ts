import { existsSync } from 'node:fs';
import { findProgram } from './find-program.ts';

/**
 * The Chromium that browser tests drive: CHROMIUM_PATH when set, else the first known name on PATH.
 *
 * @returns Path of the program, or undefined when the machine has none.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env['CHROMIUM_PATH'];
  if (given) return existsSync(given) ? given : undefined;
  return findProgram(['chromium', 'chromium-browser', 'google-chrome'], env);
}

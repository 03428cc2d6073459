import type { Figures } from '../measure/figures.ts';
import { startChild } from './child-process.ts';

/**
 * Does a job in a process of its own, so that memory and compiled code of one never help or hurt another.
 *
 * @param entry - What the process runs: a module that hands in its figures by {@link reportFigures}.
 * @param what - The job in a few words, for failures.
 */
export async function runChild(entry: URL, job: object, what: string): Promise<Figures> {
  const child = startChild<Figures>(entry, job, what);
  const figures = await child.next();
  await child.ended;
  return figures;
}

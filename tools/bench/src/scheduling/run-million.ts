import { closeSync, cpSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from '../measure/figures.ts';
import type { Progress } from '../suite/suite.ts';
import { runJob } from './job.ts';
import type { Lab } from './lab.ts';
import { titleOf, type SubjectSeries } from './series.ts';
import type { Sizes } from './sizes.ts';

/** Fills a platform once, and measures over copies of it: every run begins from the same state. */
export async function runMillion(
  { workplace }: Lab,
  sizes: Sizes,
  runs: number,
  progress: Progress,
): Promise<readonly SubjectSeries[]> {
  const { few, many, measured } = sizes.million;
  const bases = new Map<number, string>();
  const fillPeaksMb = new Map<number, number>();
  const filling = workplace.newFolder();
  const series: (SubjectSeries & { readonly open: number; readonly runs: Figures[] })[] = [];
  for (const open of [few, many]) {
    progress(`million: filling up to ${open} open tasks`);
    const filled = await runJob({ kind: 'fill', folder: filling, count: open });
    progress(`million: filled, with ${Math.round(filled['peakRssMb']!)} MB resident at most`);
    bases.set(open, copyDurably(filling, workplace.newFolder()));
    fillPeaksMb.set(open, filled['peakRssMb']!);
    const contender = { subject: 'webhook', tuned: true, open } as const;
    series.push({ measurement: 'million', title: titleOf(contender), ...contender, runs: [] });
  }
  rmSync(filling, { recursive: true });
  for (let run = 1; run <= runs; run++) {
    for (const { open, runs: done } of series) {
      progress(`million, run ${run} of ${runs}: over ${open} open tasks`);
      const folder = copyDurably(bases.get(open)!, workplace.newFolder());
      const figures = await runJob({ kind: 'over', folder, size: measured });
      // The process that made the tasks held them open too: its memory belongs beside that of one that was restarted.
      done.push({ ...figures, fillPeakRssMb: fillPeaksMb.get(open)! });
      rmSync(folder, { recursive: true });
    }
  }
  for (const base of bases.values()) rmSync(base, { recursive: true });
  return series;
}

/** A copy that is on disk: writing it back must not fall into the measurement. */
function copyDurably(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  const handle = openSync(join(to, 'portolan.db'), 'r');
  fsyncSync(handle);
  closeSync(handle);
  return to;
}

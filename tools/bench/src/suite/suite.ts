import { cpSync, openSync, fsyncSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from '../measure/figures.ts';
import type { MeasurementName, Options } from '../options.ts';
import type { Job } from '../process/job.ts';
import { runChild } from '../process/run-child.ts';
import type { Place } from '../subject/subject.ts';
import { isOwn, ownNames, subjects, type SubjectName } from '../subject/subjects.ts';
import type { Lab } from './lab.ts';
import type { Series } from './series.ts';
import { sizesOf, type Sizes } from './sizes.ts';

/** What the suite tells while it works: a full one takes many minutes. */
export type Progress = (line: string) => void;

interface Contender {
  readonly subject: SubjectName;
  readonly tuned: boolean;
}

/** Runs the measurements that were asked for, one after another. */
export async function runSuite(lab: Lab, options: Options, progress: Progress): Promise<readonly Series[]> {
  const sizes = sizesOf(options);
  const series: Series[] = [];
  for (const measurement of options.only) {
    if (measurement === 'million') series.push(...(await runMillion(lab, sizes, options.runs, progress)));
    else series.push(...(await runContest(measurement, lab, sizes, options.runs, progress)));
  }
  return series;
}

/** Runs of all systems take turns, so that what else the machine does hits all alike. */
async function runContest(
  measurement: Exclude<MeasurementName, 'million'>,
  lab: Lab,
  sizes: Sizes,
  runs: number,
  progress: Progress,
): Promise<readonly Series[]> {
  const contenders = contendersOf(measurement, lab);
  const series = contenders.map((contender) => ({ measurement, ...contender, runs: [] as Figures[] }));
  for (let run = 1; run <= runs; run++) {
    for (const { subject, tuned, runs: done } of series) {
      progress(
        `${measurement}, run ${run} of ${runs}: ${subjects[subject].title}${isOwn(subject) || tuned ? '' : ' (defaults)'}`,
      );
      done.push(await lab.runOn(subject, tuned, (place) => jobOf(measurement, subject, place, sizes)));
    }
  }
  return series;
}

function contendersOf(measurement: MeasurementName, { peers }: Lab): readonly Contender[] {
  if (measurement === 'http') return [{ subject: 'webhook', tuned: true }];
  const tuned = [...ownNames, ...peers].map((subject) => ({ subject, tuned: true }));
  if (measurement !== 'lateness') return tuned;
  // What a system does when nothing is set matters where settings decide: how often it looks for what is due. Without
  // settings pg-boss takes one job every two seconds, so that this many tasks would measure its throughput, for hours.
  const asTheyCome = peers.filter((subject) => subject !== 'pg-boss').map((subject) => ({ subject, tuned: false }));
  return [...tuned, ...asTheyCome];
}

function jobOf(
  measurement: Exclude<MeasurementName, 'million'>,
  subject: SubjectName,
  place: Place,
  sizes: Sizes,
): Job {
  switch (measurement) {
    case 'create':
      return { kind: 'create', subject, place, size: sizes.create(subject) };
    case 'lateness':
      return { kind: 'lateness', subject, place, size: sizes.lateness };
    case 'drain':
      return { kind: 'drain', subject, place, size: sizes.drain };
    case 'http':
      return { kind: 'http', folder: place.folder, size: sizes.http };
  }
}

/** Fills a platform once, and measures over copies of it: every run begins from the same state. */
async function runMillion(lab: Lab, sizes: Sizes, runs: number, progress: Progress): Promise<readonly Series[]> {
  const { few, many, measured } = sizes.million;
  const bases = new Map<number, string>();
  const fillPeaksMb = new Map<number, number>();
  const filling = lab.newFolder();
  const series: Series[] = [];
  for (const open of [few, many]) {
    progress(`million: filling up to ${open} open tasks`);
    const filled = await runChild({ kind: 'fill', folder: filling, count: open });
    progress(`million: filled, with ${Math.round(filled['peakRssMb']!)} MB resident at most`);
    bases.set(open, copyDurably(filling, lab.newFolder()));
    fillPeaksMb.set(open, filled['peakRssMb']!);
    series.push({ measurement: 'million', subject: 'webhook', tuned: true, open, runs: [] });
  }
  rmSync(filling, { recursive: true });
  for (let run = 1; run <= runs; run++) {
    for (const { open, runs: done } of series) {
      progress(`million, run ${run} of ${runs}: over ${open} open tasks`);
      const folder = copyDurably(bases.get(open!)!, lab.newFolder());
      const figures = await runChild({ kind: 'over', folder, size: measured });
      // The process that made the tasks held them open too: its memory belongs beside that of one that was restarted.
      (done as Figures[]).push({ ...figures, fillPeakRssMb: fillPeaksMb.get(open!)! });
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

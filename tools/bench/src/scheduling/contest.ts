import type { Figures } from '../measure/figures.ts';
import type { MeasurementName } from '../options.ts';
import type { Progress } from '../suite/suite.ts';
import type { Job } from './job.ts';
import type { Lab } from './lab.ts';
import { titleOf, type SubjectSeries } from './series.ts';
import type { Sizes } from './sizes.ts';
import type { Place } from './subject/subject.ts';
import { isOwn, ownNames, subjects, type SubjectName } from './subject/subjects.ts';

interface Contender {
  readonly subject: SubjectName;
  readonly tuned: boolean;
}

type ContestName = Exclude<MeasurementName<'scheduling'>, 'million'>;

/** Runs of all systems take turns, so that what else the machine does hits all alike. */
export async function runContest(
  measurement: ContestName,
  lab: Lab,
  sizes: Sizes,
  runs: number,
  progress: Progress,
): Promise<readonly SubjectSeries[]> {
  const contenders = contendersOf(measurement, lab);
  const series = contenders.map((contender) => ({
    measurement,
    title: titleOf(contender),
    ...contender,
    runs: [] as Figures[],
  }));
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

function contendersOf(measurement: ContestName, { peers }: Lab): readonly Contender[] {
  if (measurement === 'http') return [{ subject: 'webhook', tuned: true }];
  const tuned = [...ownNames, ...peers].map((subject) => ({ subject, tuned: true }));
  if (measurement !== 'lateness') return tuned;
  // What a system does when nothing is set matters where settings decide: how often it looks for what is due. Without
  // settings pg-boss takes one job every two seconds, so that this many tasks would measure its throughput, for hours.
  const asTheyCome = peers.filter((subject) => subject !== 'pg-boss').map((subject) => ({ subject, tuned: false }));
  return [...tuned, ...asTheyCome];
}

function jobOf(measurement: ContestName, subject: SubjectName, place: Place, sizes: Sizes): Job {
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

import { join } from 'node:path';
import type { Profiled, Progress } from '../suite/suite.ts';
import type { Workplace } from '../suite/workplace.ts';
import { runJob } from './job.ts';
import type { SharedPlaces } from './shared-places.ts';
import type { Sizes } from './sizes.ts';
import { jobOf, trials, type TrialName } from './trials.ts';

/** What is profiled of a trial: the process that measures, the platform's where that is another one, or both. */
const profiledProcesses: Partial<Record<TrialName, readonly ('own' | 'platform')[]>> = {
  fold: ['own'],
  shuffled: ['own'],
  ingest: ['own'],
  import: ['own', 'platform'],
  candles: ['own'],
  average: ['own'],
  fanout: ['platform'],
};

/** Profiles those of the trials that tell something which others do not. */
export async function profileOwn(
  names: readonly TrialName[],
  workplace: Workplace,
  shared: SharedPlaces,
  sizes: Sizes,
  folder: string,
  progress: Progress,
): Promise<readonly Profiled[]> {
  const profiles: Profiled[] = [];
  for (const name of names) {
    const processes = profiledProcesses[name] ?? [];
    const { measurement, title } = trials[name];
    const fileOf = (process: 'own' | 'platform'): string | undefined =>
      processes.includes(process)
        ? join(folder, `${name}${process === 'own' ? '' : '-platform'}.cpuprofile`)
        : undefined;
    if (processes.length === 0) continue;
    progress(`profile: ${measurement}, ${title}`);
    const places = await shared.prepare(measurement, progress);
    await workplace.within((own) => {
      const job = { ...jobOf(name, sizes, { ...places, folder: own }), profile: fileOf('own') };
      return runJob({ ...job, platformProfile: fileOf('platform') });
    });
    for (const process of processes) {
      const what = `${measurement}, ${title}${process === 'own' ? '' : ': the platform'}`;
      profiles.push({ what, file: fileOf(process)! });
    }
  }
  return profiles;
}

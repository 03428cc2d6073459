import { join } from 'node:path';
import type { SuiteOptions } from '../options.ts';
import type { Profiled, Progress } from '../suite/suite.ts';
import type { Lab } from './lab.ts';
import { sizesOf } from './sizes.ts';
import { ownNames, subjects } from './subject/subjects.ts';

/** Profiles scheduling and draining of ours. */
export async function profileOwn(
  lab: Lab,
  options: SuiteOptions<'scheduling'>,
  folder: string,
  progress: Progress,
): Promise<readonly Profiled[]> {
  const sizes = sizesOf(options);
  const profiles: Profiled[] = [];
  for (const subject of ownNames) {
    for (const kind of ['create', 'drain'] as const) {
      const what = `${kind} of ${subjects[subject].title}`;
      progress(`profile: ${what}`);
      const profile = join(folder, `${kind}-${subject}.cpuprofile`);
      await lab.runOn(subject, true, (place) =>
        kind === 'create'
          ? { kind, subject, place, profile, size: sizes.create(subject) }
          : { kind, subject, place, profile, size: sizes.drain },
      );
      profiles.push({ what, file: profile });
    }
  }
  return profiles;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from '../options.ts';
import { topSelfTime } from '../report/profile.ts';
import { ownNames, subjects } from '../subject/subjects.ts';
import type { Lab } from './lab.ts';
import { sizesOf } from './sizes.ts';

/** Profiles scheduling and draining of ours, apart from the measurements, which a profiler slows. */
export async function profileOwn(lab: Lab, options: Options, outFolder: string, root: string): Promise<void> {
  const sizes = sizesOf(options);
  const folder = join(outFolder, 'profiles');
  mkdirSync(folder, { recursive: true });
  for (const subject of ownNames) {
    for (const kind of ['create', 'drain'] as const) {
      const profile = join(folder, `${kind}-${subject}.cpuprofile`);
      await lab.runOn(subject, true, (place) =>
        kind === 'create'
          ? { kind, subject, place, profile, size: sizes.create(subject) }
          : { kind, subject, place, profile, size: sizes.drain },
      );
      console.log(`\nMost time in ${kind} of ${subjects[subject].title} (dist/bench/profiles)`);
      for (const { where, selfMs, share } of topSelfTime(profile, root, 15))
        console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${selfMs.toFixed(0).padStart(6)} ms  ${where}`);
    }
  }
}

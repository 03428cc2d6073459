import type { SuiteOptions } from '../options.ts';
import type { Progress, Suite } from '../suite/suite.ts';
import type { Workplace } from '../suite/workplace.ts';
import { runContest } from './contest.ts';
import { Lab } from './lab.ts';
import { findFaults, holdAgainstLimits } from './limits.ts';
import { presentations } from './presentation.ts';
import { profileOwn } from './profile-own.ts';
import { runMillion } from './run-million.ts';
import type { SubjectSeries } from './series.ts';
import { sizesOf } from './sizes.ts';

/** Scheduling on the embedded platform, beside the peers that are found. */
export function schedulingSuite(options: SuiteOptions<'scheduling'>, workplace: Workplace): Suite {
  const lab = new Lab(workplace, options);
  return {
    skipped: lab.skipped,
    shown: options.only.map((measurement) => ({ measurement, ...presentations[measurement] })),
    async measure(progress) {
      const series = await runAll(lab, options, progress);
      return {
        series,
        limits: holdAgainstLimits(series),
        faults: findFaults(series),
        beside: [...lab.servers.values()],
      };
    },
    profile: (folder, progress) => profileOwn(lab, options, folder, progress),
  };
}

/** Runs the measurements that were asked for, one after another. */
async function runAll(
  lab: Lab,
  options: SuiteOptions<'scheduling'>,
  progress: Progress,
): Promise<readonly SubjectSeries[]> {
  const sizes = sizesOf(options);
  const series: SubjectSeries[] = [];
  for (const measurement of options.only) {
    if (measurement === 'million') series.push(...(await runMillion(lab, sizes, options.runs, progress)));
    else series.push(...(await runContest(measurement, lab, sizes, options.runs, progress)));
  }
  return series;
}

import type { Figures } from '../measure/figures.ts';
import type { MeasurementName, SuiteOptions } from '../options.ts';
import { installPeers, peerVersion } from '../peers/install-peers.ts';
import type { Progress, Suite } from '../suite/suite.ts';
import type { Workplace } from '../suite/workplace.ts';
import { runJob } from './job.ts';
import { findFaults, holdAgainstLimits } from './limits.ts';
import { presentations } from './presentation.ts';
import { profileOwn } from './profile-own.ts';
import { SharedPlaces } from './shared-places.ts';
import { sizesOf, type Sizes } from './sizes.ts';
import { jobOf, trialNames, trials, type TrialName, type TrialSeries } from './trials.ts';

/** Pricing on the embedded platform, and its candles beside those of ccxt. */
export function pricingSuite(options: SuiteOptions<'pricing'>, workplace: Workplace): Suite {
  const { only, peers, runs } = options;
  const sizes = sizesOf(options);
  const shared = new SharedPlaces(workplace, sizes);
  const beside = peers && only.includes('aggregate');
  const fault = beside ? installPeers() : undefined;
  const withCcxt = beside && fault === undefined;
  const trialsOf = (measurement: MeasurementName<'pricing'>): readonly TrialName[] =>
    trialNames.filter((name) => trials[name].measurement === measurement && (withCcxt || name !== 'ccxt'));
  return {
    skipped: fault === undefined ? [] : [`skipped ccxt: npm ci in tools/bench/peers failed: ${fault}`],
    shown: only.map((measurement) => ({ measurement, ...presentations[measurement] })),
    async measure(progress) {
      const series: TrialSeries[] = [];
      for (const measurement of only)
        series.push(...(await runTrials(trialsOf(measurement), workplace, shared, sizes, runs, progress)));
      return {
        series,
        limits: holdAgainstLimits(series),
        faults: findFaults(series),
        beside: withCcxt ? [`ccxt ${peerVersion('ccxt')}, buildOHLCVC`] : [],
      };
    },
    profile: (folder, progress) => profileOwn(only.flatMap(trialsOf), workplace, shared, sizes, folder, progress),
  };
}

/** Runs of all trials take turns, so that what else the machine does hits all alike. */
async function runTrials(
  names: readonly TrialName[],
  workplace: Workplace,
  shared: SharedPlaces,
  sizes: Sizes,
  runs: number,
  progress: Progress,
): Promise<readonly TrialSeries[]> {
  const series = names.map((trial) => ({ ...trials[trial], trial, runs: [] as Figures[] }));
  for (let run = 1; run <= runs; run++) {
    for (const { trial, measurement, title, runs: done } of series) {
      const places = await shared.prepare(measurement, progress);
      progress(`${measurement}, run ${run} of ${runs}: ${title}`);
      done.push(await workplace.within((folder) => runJob(jobOf(trial, sizes, { ...places, folder }))));
    }
  }
  return series;
}

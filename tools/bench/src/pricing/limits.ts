import { asFast, atLeast, atMost, megabytes, milliseconds, type Limit } from '../report/limits.ts';
import { perSecond } from '../report/table.ts';
import { figureOf } from '../suite/series.ts';
import { trials, type TrialName, type TrialSeries } from './trials.ts';

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const objects = (count: number): string => `${count} objects`;

/** One object of each level on each side of a span: minute, hour, day, month and year. */
const mostReads = 5 * 2;

/** Holds every series against the figures to reach; what was not measured is left out. */
export function holdAgainstLimits(all: readonly TrialSeries[]): readonly Limit[] {
  const median = (trial: TrialName, figure: string): number | undefined => {
    const series = all.find((one) => one.trial === trial);
    return series && figureOf(series, figure)?.median;
  };
  const held = (
    value: number | undefined,
    hold: typeof atLeast,
    what: string,
    limit: number,
    show: (value: number) => string,
  ): readonly Limit[] => (value === undefined ? [] : [hold(what, value, limit, show)]);
  const [ours, theirs] = [median('fold', 'perSecond'), median('ccxt', 'perSecond')];
  const times = ours === undefined || theirs === undefined ? undefined : ours / theirs;
  return [
    ...held(times, atLeast, 'candles of trades, against ccxt', 2, asFast),
    ...held(median('ingest', 'perSecond'), atLeast, 'ingest into table and archive', 100_000, perSecond),
    ...held(median('import', 'importMs'), atMost, `import of ${median('import', 'rows')} trades`, 20_000, seconds),
    ...held(median('import', 'importerRssMb'), atMost, 'memory of the import', 300, megabytes),
    ...held(median('import', 'platformRssMb'), atMost, 'memory of the platform meanwhile', 300, megabytes),
    ...held(median('candles', 'p99Ms'), atMost, 'candles of a day, p99', 20, milliseconds),
    ...held(median('average', 'readsMax'), atMost, 'average over any span reads', mostReads, objects),
    ...held(median('fanout', 'p99Ms'), atMost, 'fan-out of a trade, p99', 100, milliseconds),
  ];
}

/** What must hold whatever the speed: a sentence for each run of ours that lost a trade. */
export const findFaults = (all: readonly TrialSeries[]): readonly string[] =>
  all
    .filter(({ trial }) => trial !== 'ccxt')
    .flatMap(({ measurement, trial, runs }) =>
      runs.flatMap(({ lost = 0 }, index) =>
        lost === 0 ? [] : [`${measurement}, ${trials[trial].title}, run ${index + 1}: ${lost} lost or counted wrongly`],
      ),
    );

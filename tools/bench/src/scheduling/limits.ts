import { asFast, atLeast, atMost, megabytes, milliseconds, type Limit } from '../report/limits.ts';
import { figureOf } from '../suite/series.ts';
import type { SubjectSeries } from './series.ts';
import { isOwn, ownNames, subjects, type PeerName } from './subject/subjects.ts';

/** How many times better than each peer, by measurement. */
const factors = {
  create: { bullmq: 3, 'pg-boss': 20 },
  drain: { bullmq: 5, 'pg-boss': 3, 'graphile-worker': 3 },
} as const satisfies Record<string, Partial<Record<PeerName, number>>>;

/** Holds every series against the figures to reach; what was not measured is left out. */
export function holdAgainstLimits(all: readonly SubjectSeries[]): readonly Limit[] {
  return [
    ...ratios(all, 'create', 'perSecond'),
    ...latenessLimits(all),
    ...ratios(all, 'drain', 'perSecond'),
    ...millionLimits(all),
  ];
}

function ratios(all: readonly SubjectSeries[], measurement: keyof typeof factors, figure: string): readonly Limit[] {
  const medianOf = (subject: string): number | undefined => {
    const series = all.find((one) => one.measurement === measurement && one.subject === subject);
    return series && figureOf(series, figure)?.median;
  };
  return ownNames.flatMap((own) =>
    Object.entries(factors[measurement]).flatMap(([peer, factor]) => {
      const [ours, theirs] = [medianOf(own), medianOf(peer)];
      if (ours === undefined || theirs === undefined) return [];
      const what = `${measurement}, ${own} target, against ${subjects[peer as PeerName].title}`;
      return [atLeast(what, ours / theirs, factor, asFast)];
    }),
  );
}

function latenessLimits(all: readonly SubjectSeries[]): readonly Limit[] {
  return all
    .filter(({ measurement, subject }) => measurement === 'lateness' && isOwn(subject))
    .map((series) =>
      atMost(`lateness, ${series.subject} target, p99`, figureOf(series, 'p99Ms')!.median, 5, milliseconds),
    );
}

function millionLimits(all: readonly SubjectSeries[]): readonly Limit[] {
  const [few, many] = all.filter(({ measurement }) => measurement === 'million');
  if (few === undefined || many === undefined) return [];
  const median = (series: SubjectSeries, name: string): number => figureOf(series, name)!.median;
  const slowdown = median(few, 'perSecond') / median(many, 'perSecond');
  const over = `over ${many.open} open tasks`;
  return [
    atMost(`scheduling ${over} against ${few.open}`, slowdown, 1.3, (times) => `${times.toFixed(2)}x the time`),
    atMost(`start-up ${over}`, median(many, 'startMs'), 2_000, milliseconds),
    atMost(`memory ${over}, restarted`, median(many, 'peakRssMb'), 400, megabytes),
    atMost(`memory while filling up to ${many.open}`, median(many, 'fillPeakRssMb'), 400, megabytes),
  ];
}

/** What must hold whatever the speed: a sentence for each run of ours that lost a task or ran one early. */
export function findFaults(all: readonly SubjectSeries[]): readonly string[] {
  return all
    .filter(({ subject }) => isOwn(subject))
    .flatMap(({ measurement, subject, runs }) =>
      runs.flatMap(({ lost = 0, early = 0 }, index) =>
        lost + early === 0
          ? []
          : [`${measurement} of ${subjects[subject].title}, run ${index + 1}: ${lost} lost, ${early} early`],
      ),
    );
}

import type { Figures } from '../measure/figures.ts';
import type { MeasurementName } from '../options.ts';
import { spreadOf, type Spread } from '../report/statistics.ts';
import type { SubjectName } from '../subject/subjects.ts';

/** All runs of one measurement on one system. */
export interface Series {
  readonly measurement: MeasurementName;
  readonly subject: SubjectName;
  /** Whether the system was set up for speed; ours has no such settings. */
  readonly tuned: boolean;
  /** Tasks that were open before the measurement, where it is about that. */
  readonly open?: number;
  readonly runs: readonly Figures[];
}

/** The spread of one figure over the runs, `undefined` where they have no such figure. */
export function figureOf({ runs }: Series, name: string): Spread | undefined {
  const values = runs.flatMap((figures) => (figures[name] === undefined ? [] : [figures[name]]));
  return values.length === 0 ? undefined : spreadOf(values);
}

import type { Figures } from '../measure/figures.ts';
import type { MeasurementName } from '../options.ts';
import { spreadOf, type Spread } from '../report/statistics.ts';

/** All runs of one measurement on one system. */
export interface Series {
  readonly measurement: MeasurementName;
  /** What was measured, as tables name it: `BullMQ, defaults`. */
  readonly title: string;
  readonly runs: readonly Figures[];
}

/** The spread of one figure over the runs, `undefined` where they have no such figure. */
export function figureOf({ runs }: Pick<Series, 'runs'>, name: string): Spread | undefined {
  const values = runs.flatMap((figures) => (figures[name] === undefined ? [] : [figures[name]]));
  return values.length === 0 ? undefined : spreadOf(values);
}

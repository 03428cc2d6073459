import type { MeasurementName } from '../options.ts';
import type { Series } from '../suite/series.ts';
import { isOwn, subjects, type SubjectName } from './subject/subjects.ts';

/** All runs of one measurement on one system that schedules. */
export interface SubjectSeries extends Series {
  readonly measurement: MeasurementName<'scheduling'>;
  readonly subject: SubjectName;
  /** Whether the system was set up for speed; ours has no such settings. */
  readonly tuned: boolean;
  /** Tasks that were open before the measurement, where it is about that. */
  readonly open?: number;
}

/** A system under test, as tables name it. */
export function titleOf({ subject, tuned, open }: Pick<SubjectSeries, 'subject' | 'tuned' | 'open'>): string {
  const settings = isOwn(subject) || tuned ? '' : ', defaults';
  return `${subjects[subject].title}${settings}${open === undefined ? '' : `, ${open.toLocaleString('en-US')} open`}`;
}

import type { Figures } from '../measure/figures.ts';
import { runChild } from '../process/run-child.ts';
import type { CreateSize } from './measure/create.ts';
import type { DrainSize } from './measure/drain.ts';
import type { HttpLoad } from './measure/http-load.ts';
import type { LatenessSize } from './measure/lateness.ts';
import type { Place } from './subject/subject.ts';
import type { SubjectName } from './subject/subjects.ts';

/** What one child process measures. Plain data, since it travels as an argument. */
export type Job =
  | (OnSubject & { readonly kind: 'create'; readonly size: CreateSize; readonly profile?: string | undefined })
  | (OnSubject & { readonly kind: 'drain'; readonly size: DrainSize; readonly profile?: string | undefined })
  | (OnSubject & { readonly kind: 'lateness'; readonly size: LatenessSize })
  | { readonly kind: 'fill'; readonly folder: string; readonly count: number }
  | { readonly kind: 'over'; readonly folder: string; readonly size: Omit<CreateSize, 'callers'> }
  | { readonly kind: 'http'; readonly folder: string; readonly size: Omit<HttpLoad, 'url'> };

interface OnSubject {
  readonly subject: SubjectName;
  readonly place: Place;
}

const entry = new URL('./child.ts', import.meta.url);

/** Does a job in a process of its own. */
export const runJob = (job: Job): Promise<Figures> =>
  runChild(entry, job, 'subject' in job ? `${job.kind} of ${job.subject}` : job.kind);

import { problem, type Problem } from '@portolan/kernel';
import { nextOccurrence } from '../recurrence.ts';
import { readSchedule, type PreviewRequest } from '../request.ts';
import { iso, lastInstant } from '../iso.ts';

/** The next occurrences of a recurrence, as ISO 8601 instants; fewer where it ends before. */
export function previewRuns(request: PreviewRequest, now: number): readonly string[] | Problem<'invalid'> {
  const { count, from = now, until = lastInstant, ...recurrence } = request;
  if (recurrence.cron === undefined && recurrence.everyMs === undefined) {
    return problem('invalid', 'body.cron: expected exactly one of cron, everyMs; none given', {
      errors: [{ field: 'body.cron', expected: 'exactly one of cron, everyMs' }],
    });
  }
  const schedule = readSchedule(recurrence, from);
  if (schedule.kind === 'problem') return schedule;
  if (schedule.kind === 'once') return [iso(schedule.at)];
  const runs: string[] = [];
  let at = nextOccurrence(schedule, from);
  for (; at !== undefined && at <= until && runs.length < count; at = nextOccurrence(schedule, at)) runs.push(iso(at));
  return runs;
}

import type { RunView, TaskView } from '../api/answers.ts';
import { formatDuration } from '../time/duration.ts';
import { formatInstant } from '../time/instant.ts';
import { runLooks } from './states.ts';

/** When a task runs, in a line, with what does not fit into it. */
export interface ScheduleText {
  readonly main: string;
  readonly more?: string;
  /** Whether it is a pattern to be read letter by letter. */
  readonly literal?: boolean;
}

export function describeSchedule(task: Pick<TaskView, 'at' | 'cron' | 'everyMs' | 'timeZone'>): ScheduleText {
  if (task.cron !== undefined) return { main: task.cron, more: task.timeZone ?? 'UTC', literal: true };
  if (task.everyMs !== undefined) return { main: `Every ${formatDuration(task.everyMs)}` };
  return task.at === undefined ? { main: 'Once' } : { main: 'Once', more: formatInstant(Date.parse(task.at)) };
}

/** "Latest runs: 3 succeeded, 1 failed". */
export function describeRuns(runs: readonly RunView[]): string {
  const counts = new Map<string, number>();
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(
    ([state, count]) => `${count} ${runLooks[state as RunView['state']].label.toLowerCase()}`,
  );
  return parts.length === 0 ? 'No runs yet' : `Latest runs: ${parts.join(', ')}`;
}

/** The first instant at which a run that failed is attempted again. */
export const nextRetryOf = (runs: readonly RunView[]): string | undefined =>
  runs.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []).toSorted()[0];

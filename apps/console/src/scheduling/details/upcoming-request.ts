import type { PreviewRequest, TaskView } from '../../api/answers.ts';

/**
 * What asks for the runs of a task from its next one on; undefined where there are none to show, or only one.
 *
 * The next run may begin late within a flexible window, so the list is of occurrences: it begins at the one before.
 */
export function upcomingRequest(task: TaskView): PreviewRequest | undefined {
  const { cron, everyMs, timeZone, gap, overlap, until, nextRunAt, flexibleWindowMs } = task;
  if (nextRunAt === undefined || (cron === undefined && everyMs === undefined)) return undefined;
  const next = Date.parse(nextRunAt);
  const bound = until === undefined ? {} : { until: Date.parse(until) };
  if (everyMs !== undefined) return { everyMs, from: next - everyMs, ...bound, count: 5 };
  return {
    cron: cron!,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(gap === undefined ? {} : { gap: gap as NonNullable<PreviewRequest['gap']> }),
    ...(overlap === undefined ? {} : { overlap: overlap as NonNullable<PreviewRequest['overlap']> }),
    from: next - flexibleWindowMs - 1,
    ...bound,
    count: 5,
  };
}

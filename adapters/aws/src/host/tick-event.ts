/**
 * What EventBridge Scheduler is told to send for a schedule: its context attribute becomes the instant the tick was due.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export const tickInput = JSON.stringify({ source: 'portolan.tick', time: '<aws.scheduler.scheduled-time>' });

/** @returns The instant a tick was due, milliseconds since 1970; `undefined` for an event that is no tick. */
export function tickAt(event: unknown): number | undefined {
  const { source, time } = (event ?? {}) as { readonly source?: unknown; readonly time?: unknown };
  // Rules of EventBridge itself send "Scheduled Event"s from aws.events, in the same two fields.
  if ((source !== 'portolan.tick' && source !== 'aws.events') || typeof time !== 'string') return undefined;
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : at;
}

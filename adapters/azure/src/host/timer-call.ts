/** What a timer trigger calls a function with, as far as it is read. */
export interface TimerCall {
  readonly scheduleStatus?: { readonly last?: unknown; readonly next?: unknown } | null;
}

/**
 * The instants in a timer trigger's call. The host keeps them in storage, over restarts: while a call is made, its `next` is
 * the instant that the call is for, the first that was missed where the app did not run, and `last` the call before.
 *
 * @returns Milliseconds since 1970. Without a status, `next` is the minute that has begun.
 * @see https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/Listener/TimerListener.cs
 */
export function timerInstants(
  { scheduleStatus }: TimerCall,
  now: number,
): { readonly last: number | undefined; readonly next: number } {
  const next = instantIn(scheduleStatus?.next) ?? Math.floor(now / 60_000) * 60_000;
  return { last: instantIn(scheduleStatus?.last), next };
}

/** The year 1 stands for never. */
function instantIn(text: unknown): number | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : NaN;
  return at > 0 ? at : undefined;
}

import { days } from '@portolan/kernel';

/**
 * How long one workflow waits at most: a standard one lives for a year.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const maxWaitMs = days(360);

/**
 * Where a wait ends that begins now: at the instant, or at a stop so many times {@link maxWaitMs} before it. Whoever asks
 * again on the way is told the same.
 *
 * @param at - Later than `now`; both in milliseconds since 1970.
 * @returns `stop` counts down to 0, the instant itself.
 */
export function nextStop(at: number, now: number): { readonly until: number; readonly stop: number } {
  const stop = Math.max(0, Math.ceil((at - now) / maxWaitMs) - 1);
  return { until: at - stop * maxWaitMs, stop };
}

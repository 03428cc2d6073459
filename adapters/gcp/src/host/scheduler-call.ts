import type { CloudRequest } from './request.ts';

/**
 * The instant a tick was due, where the call is one of Cloud Scheduler: by its header, or now where a person has told the
 * job to run.
 *
 * @returns Milliseconds since 1970; `undefined` for any other call.
 * @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#httptarget
 */
export function tickAt({ headers }: Pick<CloudRequest, 'headers'>, now: number): number | undefined {
  if (headers['x-cloudscheduler'] !== 'true') return undefined;
  const at = Date.parse(String(headers['x-cloudscheduler-scheduletime']));
  return Number.isNaN(at) ? now : at;
}

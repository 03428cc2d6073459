import { type Arrival, type Buried, type Carried } from '@portolan/kernel';
import { header, type PushRequest } from './push-request.ts';

/** A task that Cloud Tasks has called with. */
export interface TaskArrival extends Arrival {
  /** It was called with in vain this often, more than there is hope for; `undefined` for all others. */
  readonly unanswered: number | undefined;
}

/** Calls in vain after which a message is given up; with backoffs to 10 minutes that takes some 15 hours. */
export const maxUnanswered = 100;

/**
 * What arrived with a call of Cloud Tasks. Deliveries that failed are counted in the message itself: what Cloud Tasks
 * counts are also calls that reached no function, which is not the message's fault.
 *
 * @see https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler
 */
export function arrivalOfTask(request: PushRequest, carried: Carried): TaskArrival {
  const retries = Number(header(request, 'x-cloudtasks-taskretrycount') ?? 0);
  return { carried, deliveries: 1, unanswered: retries >= maxUnanswered ? retries : undefined };
}

/** The instant before which a copy must not come, where it has one. */
export const atOf = ({ notBefore }: Carried): { readonly notBefore?: number } =>
  notBefore === undefined ? {} : { notBefore };

/** What is kept of a message that nobody answered for, though it was delivered so often. */
export const unansweredOf = (carried: Carried, deliveries: number, deadAt: number): Buried => ({
  carried,
  attempts: carried.attempts + deliveries,
  reason: `no answer to ${deliveries} deliveries: the function did not come to an end`,
  deadAt,
});

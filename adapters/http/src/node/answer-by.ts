import type { HttpResponse } from '../message.ts';
import { problemResponse } from '../problems.ts';

/** Calls `ring` once at an instant, milliseconds since 1970. @returns Cancels the call. */
export type Schedule = (at: number, ring: () => void) => () => void;

/** The answer, or 503 when there is none by the deadline: the effect may or may not have happened. */
export function answerBy(deadlineAt: number, answer: Promise<HttpResponse>, schedule: Schedule): Promise<HttpResponse> {
  return by(deadlineAt, answer, schedule, () => {
    const detail = 'No answer in time; it may or may not have been done. Look before you try again.';
    return problemResponse('unavailable', { detail });
  });
}

/** The answer, or what `late` gives when there is none by the deadline. */
export function by<T>(deadlineAt: number, answer: Promise<T>, schedule: Schedule, late: () => T): Promise<T> {
  if (deadlineAt === Infinity) return answer;
  return new Promise((resolve, reject) => {
    const cancel = schedule(deadlineAt, () => resolve(late()));
    answer.then(resolve, reject).finally(cancel);
  });
}

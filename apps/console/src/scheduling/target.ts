import type { Target } from '../api/answers.ts';

/** The target of a task as the API answers it: it answers what it was given. */
export const targetOf = (target: unknown): Target => target as Target;

/** Where a task delivers to, in a line. */
export function describeTarget(target: Target): string {
  return target.kind === 'webhook' ? target.url.replace(/^https?:\/\//, '') : `topic ${target.type}`;
}

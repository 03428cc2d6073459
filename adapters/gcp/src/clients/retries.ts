import { fullJitter, type RetryPolicy } from '@portolan/kernel';
import { GoogleFault, NoAnswer } from '../errors/google-fault.ts';
import { isNetworkError } from '../errors/port-error-of.ts';

/** Calls made at most, the first included. */
export const maxCalls = 5;

/** Of the waits between calls: full jitter up to a ceiling that doubles. */
export type Waits = Pick<RetryPolicy, 'baseMs' | 'capMs'>;
/** Ceilings of 100 ms doubling up to 3 s. All of them together stay below 5 s. */
const defaultWaits: Waits = { baseMs: 100, capMs: 3_000 };

/** Refusals that come before anything was done. */
const notDone: ReadonlySet<string> = new Set(['RESOURCE_EXHAUSTED', 'ABORTED']);
const notSent: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Whether, and when, a call that failed is made again.
 *
 * @param calls - Made so far, at least 1.
 * @param repeatable - Whether doing it twice comes to the same as once; if not, only what surely was not done is repeated.
 * @param draw - Uniform in [0, 1).
 * @returns Milliseconds to wait; `undefined` to give up.
 */
export function retryAfterMs(
  error: unknown,
  calls: number,
  repeatable: boolean,
  draw: number,
  waits: Waits = defaultWaits,
): number | undefined {
  if (calls >= maxCalls) return undefined;
  if (!surelyNotDone(error) && !(repeatable && isPassing(error))) return undefined;
  return fullJitter(calls, draw, waits);
}

const surelyNotDone = (error: unknown): boolean =>
  error instanceof GoogleFault
    ? notDone.has(error.status) || error.httpStatus === 429
    : notSent.has((error as { readonly code?: string }).code ?? '');

/** Whether the same call may succeed a moment later, though what it asks for may have been done already. */
export const isPassing = (error: unknown): boolean =>
  error instanceof GoogleFault ? error.httpStatus >= 500 : error instanceof NoAnswer || isNetworkError(error);

/** How long to wait between attempts, and how many there are. */
export interface RetryPolicy {
  /** Attempts in all, the first included; integer, at least 1. */
  readonly maxAttempts: number;
  /** Ceiling of the first wait, in milliseconds. */
  readonly baseMs: number;
  /** Ceiling of every wait, in milliseconds. */
  readonly capMs: number;
}

/**
 * Picks the wait before the next attempt, by capped "full jitter".
 *
 * @param attempts - Attempts already made; integer, at least 1.
 * @param draw - Uniform draw in [0, 1).
 * @returns Whole milliseconds in [0, min(capMs, baseMs * 2^(attempts - 1))].
 * @throws {RangeError} when `attempts` is below 1.
 * @see Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function fullJitter(attempts: number, draw: number, policy: Pick<RetryPolicy, 'baseMs' | 'capMs'>): number {
  if (!(attempts >= 1)) throw new RangeError(`attempts must be at least 1, not ${attempts}`);
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempts - 1, 52));
  return Math.floor(draw * (ceiling + 1));
}

import { setTimeout } from 'node:timers/promises';
import { fullJitter, PortError, type RetryPolicy } from '@portolan/kernel';

/** How calls that may be repeated are repeated. */
export interface Retries {
  /** @default 10 attempts, with waits of up to 200 ms at first and 10 s later on: 21 s in the mean, 43 s at most */
  readonly policy?: RetryPolicy | undefined;
  /** Waits; ends early, and quietly, when the signal aborts. */
  readonly wait?: ((waitMs: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Uniform draws in [0, 1). */
  readonly random?: (() => number) | undefined;
  /** Told of a failure before it is waited out, and of nothing once a call that had failed is answered. */
  readonly onTrouble?: ((failure: PortError | undefined) => void) | undefined;
  /** Stops repeating. */
  readonly signal?: AbortSignal | undefined;
}

const usualPolicy: RetryPolicy = { maxAttempts: 10, baseMs: 200, capMs: 10_000 };

/** Makes a call until it succeeds, fails for good, or has been made often enough; then its failure is handed on. */
export async function withRetries<Result>(call: () => Promise<Result>, retries: Retries): Promise<Result> {
  const { policy = usualPolicy, wait = pause, random = Math.random, onTrouble = () => {}, signal } = retries;
  for (let attempts = 1; ; attempts++) {
    try {
      const result = await call();
      if (attempts > 1) onTrouble(undefined);
      return result;
    } catch (error) {
      if (!(error instanceof PortError && error.retryable) || attempts >= policy.maxAttempts) throw error;
      onTrouble(error);
      if (signal?.aborted !== true) await wait(fullJitter(attempts, random(), policy), signal);
      if (signal?.aborted === true) throw error;
    }
  }
}

async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(waitMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}

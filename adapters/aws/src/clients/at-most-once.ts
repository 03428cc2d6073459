import { portErrorOf } from '../errors/port-error.ts';
import { insideRetries, type AnyCommand } from './inside-retries.ts';

/** A call that may have had its effect; its own error is `original`, which the SDK must not see, or it would try again. */
class MayHaveHappened extends Error {
  readonly original: unknown;

  constructor(original: unknown) {
    super('the call may have had its effect');
    this.original = original;
  }
}

/**
 * Keeps the SDK from repeating a call that may have had its effect, as it does by itself where an answer got lost: an
 * increment would count twice. What surely had none, throttling above all, is tried again as ever.
 *
 * @returns What the call returns. Rejects with the SDK's error.
 */
export async function atMostOnce<Output>(command: AnyCommand, send: () => Promise<Output>): Promise<Output> {
  insideRetries(command, async (attempt) => {
    try {
      return await attempt();
    } catch (error) {
      throw mayHaveHappened(error) ? new MayHaveHappened(error) : error;
    }
  });
  try {
    return await send();
  } catch (error) {
    throw error instanceof MayHaveHappened ? error.original : error;
  }
}

/** Whether a call that failed in this way may have had its effect, because its answer got lost or the service broke down. */
export function mayHaveHappened(error: unknown): boolean {
  const { code } = portErrorOf(error, '');
  // S3 asks for a slower pace with a status of 503.
  if (code === 'throttled') return false;
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return (status !== undefined && status >= 500) || code === 'timeout';
}

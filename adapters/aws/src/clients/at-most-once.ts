import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { portErrorOf } from '../errors/port-error.ts';

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
export async function atMostOnce<Output>(
  command: Pick<UpdateItemCommand, 'middlewareStack'>,
  send: () => Promise<Output>,
): Promise<Output> {
  // Low in the step of the SDK's own retries is inside them.
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw mayHaveHappened(error) ? new MayHaveHappened(error) : error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'portolanAtMostOnce' },
  );
  try {
    return await send();
  } catch (error) {
    throw error instanceof MayHaveHappened ? error.original : error;
  }
}

function mayHaveHappened(error: unknown): boolean {
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return (status !== undefined && status >= 500) || portErrorOf(error, '').code === 'timeout';
}

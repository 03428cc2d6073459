import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** Commands of any client: their types differ in what they take and answer, which nothing here looks at. */
export interface AnyCommand {
  readonly middlewareStack: object;
}

/**
 * Comes between the SDK's own retries of a command and each of its attempts.
 *
 * @param around - Called for each attempt; what it throws is what the SDK decides by.
 */
export function insideRetries(
  command: AnyCommand,
  around: (attempt: () => Promise<unknown>) => Promise<unknown>,
): void {
  const stack = command.middlewareStack as UpdateItemCommand['middlewareStack'];
  // Low in the step of the retries is inside them.
  stack.add((next) => async (args) => around(() => next(args)) as ReturnType<typeof next>, {
    step: 'finalizeRequest',
    priority: 'low',
    name: 'portolanInsideRetries',
  });
}

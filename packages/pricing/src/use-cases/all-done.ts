import { PortError, type EditResult } from '@portolan/kernel';

/** Nothing of a batch is answered while one of its writes may be missing. */
export function allDone(outcomes: readonly EditResult[]): void {
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (failed === undefined) return;
  throw new PortError('unavailable', `not every trade could be written: ${failed.error.message}`, {
    cause: failed.error,
  });
}

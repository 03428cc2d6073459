import { PortError, reasonOf, type EditResult } from '@portolan/kernel';

/** Nothing is answered, and no mark let go, while one of many writes may be missing. @throws {PortError} `unavailable` */
export function allDone(outcomes: readonly EditResult[]): void {
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (failed === undefined) return;
  throw new PortError('unavailable', `not everything could be written: ${reasonOf(failed.error)}`, {
    cause: failed.error,
  });
}

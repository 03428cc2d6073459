import { reasonOf, type Failure, type Stored } from '@portolan/kernel';
import type { Firing, FiringOptions } from './firing.ts';
import type { End, TimerRow } from './rows.ts';

/**
 * Writes into a timer's row how its firings end, or that they go on.
 *
 * @param end - `null` to have it fire again from the start.
 * @returns The row as it stands now; `undefined` where it changed in the meantime.
 */
export async function markEnd(
  { row, version }: Firing,
  end: End | null,
  { table, environment, lostAfterMs }: FiringOptions,
): Promise<Pick<Firing, 'row' | 'version'> | undefined> {
  const { end: _before, ...rest } = row;
  const marked: TimerRow = end === null ? { ...rest, lostAt: environment.clock.now() + lostAfterMs } : { ...rest, end };
  const result = await table.put(marked, { condition: { version } });
  return result.kind === 'written' ? { row: marked, version: result.version } : undefined;
}

/**
 * Notes a failed firing where the sweep has to know of it: that it is given up, or that its next attempt lies so far ahead
 * that its message would count as lost.
 *
 * @returns False where that could not be written.
 */
export async function failFiring(firing: Firing, failure: Failure, options: FiringOptions): Promise<boolean> {
  const { row, attempt } = firing;
  const { port, environment, lostAfterMs, table } = options;
  try {
    if (failure.kind === 'dead') {
      if (row.end === undefined) await markEnd(firing, { attempt, reason: reasonOf(failure.error) }, options);
      return true;
    }
    const { baseMs, capMs } = port.retry;
    const waitMs = failure.afterMs ?? Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 52));
    const nextAt = environment.clock.now() + waitMs;
    const lostAt = row.lostAt ?? row.at + lostAfterMs;
    // Where nobody looks for lost messages there is nothing to tell.
    if (lostAfterMs === Infinity || (row.end === undefined && nextAt + lostAfterMs / 2 <= lostAt)) return true;
    const { end: _before, ...rest } = row;
    await table.put({ ...rest, lostAt: nextAt + lostAfterMs }, { condition: { version: firing.version } });
    return true;
  } catch (error) {
    environment.log.warn('a failed firing could not be noted', { timer: port.name, reason: reasonOf(error) });
    return false;
  }
}

/** Removes a timer that was handled, unless it was cancelled and set anew since. */
export async function endFiring({ row, version }: Firing, { table }: FiringOptions): Promise<void> {
  const { bucket, sort, life } = row;
  const result = await table.delete({ bucket, sort }, { condition: { version } });
  if (result.kind === 'written') return;
  await table.update({ bucket, sort }, (current: Stored<unknown> | undefined) =>
    (current?.item as TimerRow | undefined)?.life === life
      ? { delete: true, result: undefined }
      : { result: undefined },
  );
}

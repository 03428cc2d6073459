import { hours, type TableEdit } from '@portolan/kernel';
import type { Place } from './places.ts';
import type { Works } from './portable-timer.ts';
import type { DueMessage, Row, TimerRow } from './rows.ts';
import { nearOf } from './settings.ts';

/** A timer as the table has it. */
export interface Standing {
  readonly row: TimerRow;
  readonly version: string;
}

/** The longest that a second, third, … message is given before it counts as lost, too. */
const maxLostAfterMs = hours(6);

export const messageOf = ({ bucket, sort, life, resent }: TimerRow): DueMessage => ({ bucket, sort, life, resent });

/** Whether a timer should have fired so long ago that there can be no message for it any more. */
export function isLost(row: TimerRow, now: number, lostAfterMs: number): boolean {
  return row.end === undefined && (row.lostAt ?? row.at + lostAfterMs) <= now;
}

/**
 * Sends timers to the queue, each for its instant. A message that replaces another, and one of a timer that is due
 * already, is noted in its row, so that it is given time before it counts as lost.
 *
 * @param timers - At most 1,000.
 * @returns How many of them, from the first on, are accepted for sure.
 */
export async function handOver(works: Works, timers: readonly Standing[]): Promise<number> {
  if (timers.length === 0) return 0;
  const { queue, table, environment, lostAfterMs, lookAhead } = works;
  const now = environment.clock.now();
  const sent = timers.map(({ row, version }) => {
    const late = !lookAhead || row.lostAt !== undefined || row.at + lostAfterMs / 2 <= now;
    return { row: late ? noted(row, now, works) : row, version, late };
  });
  const results = await queue.sendBatch(
    sent.map(({ row }) => ({
      message: messageOf(row),
      delayMs: Math.min(nearOf(works.sweepEveryMs), Math.max(0, row.at - now)),
    })),
  );
  const notes = sent.flatMap(({ row, version, late }, index): TableEdit<Row, Place>[] =>
    late && results[index]!.kind === 'sent' ? [{ put: row, condition: { version } }] : [],
  );
  // Where a note is not taken, its message is stale, and the next sweep sends another.
  if (notes.length > 0) await table.writeMany(notes);
  const failed = results.findIndex(({ kind }) => kind === 'failed');
  return failed === -1 ? timers.length : failed;
}

/** Where there was no message before, the first one counts whether or not it is noted. */
function noted(row: TimerRow, now: number, { lostAfterMs, lookAhead }: Works): TimerRow {
  const giveMs = Math.min(lostAfterMs * 2 ** Math.min(row.resent, 30), Math.max(maxLostAfterMs, lostAfterMs));
  const replaces = lookAhead || row.lostAt !== undefined;
  return { ...row, resent: replaces ? row.resent + 1 : row.resent, lostAt: now + giveMs };
}

import type { Clock, Log } from '@portolan/kernel';

/** The shortest time between two lines about the same thing, in milliseconds. */
export const quietMs = 60_000;

/** A log for what may happen thousands of times: one line a minute about each thing, with how many were left out. */
export interface LimitedLog {
  /** @param about - Names the thing; one of few, for each is remembered. */
  say(level: 'info' | 'warn' | 'error', about: string, message: string): void;
}

export function limitedLog(log: Log, clock: Clock): LimitedLog {
  const told = new Map<string, { at: number; leftOut: number }>();
  return {
    say(level, about, message) {
      const now = clock.now();
      const before = told.get(about);
      // A clock that was set back must not silence it.
      if (before !== undefined && now >= before.at && now - before.at < quietMs) {
        before.leftOut++;
        return;
      }
      told.set(about, { at: now, leftOut: 0 });
      const leftOut = before?.leftOut ?? 0;
      log[level](message, leftOut === 0 ? undefined : { leftOut });
    },
  };
}

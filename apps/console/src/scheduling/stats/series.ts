import type { Stats } from '../../api/answers.ts';
import { formatLateness } from '../../time/duration.ts';
import { formatMinute } from '../../time/instant.ts';

const minuteMs = 60_000;
/** Minutes that are shown. */
const shown = 60;

export interface Minute {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly fired: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** The last hour, minute by minute up to the present one; minutes without runs have no lateness. */
export function lastHour(minutes: Stats['minutes'], now: number): readonly Minute[] {
  const known = new Map(minutes.map((minute) => [Date.parse(minute.start), minute]));
  const last = Math.floor(now / minuteMs) * minuteMs;
  return Array.from({ length: shown }, (_, index) => {
    const start = last - (shown - 1 - index) * minuteMs;
    const { fired = 0, p50Ms = null, p99Ms = null } = known.get(start) ?? {};
    return { start, fired, p50Ms, p99Ms };
  });
}

/** The chart in a sentence. */
export function summaryOf(hour: readonly Minute[]): string {
  const fired = hour.reduce((sum, minute) => sum + minute.fired, 0);
  if (fired === 0) return 'No runs in the last hour.';
  const worst = hour.reduce((a, b) => ((b.p99Ms ?? -1) > (a.p99Ms ?? -1) ? b : a));
  const busiest = hour.reduce((a, b) => (b.fired > a.fired ? b : a));
  const runs = fired === 1 ? '1 run' : `${fired.toLocaleString()} runs`;
  const most = `at most ${busiest.fired.toLocaleString()} a minute (${formatMinute(busiest.start)})`;
  return `${runs} in the last hour, ${most}; the worst p99 was ${formatLateness(worst.p99Ms)} (${formatMinute(worst.start)}).`;
}

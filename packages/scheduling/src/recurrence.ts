import { Cron, CronPattern } from 'croner';
import { meaningOf, timeZone, transitionWithin, type TimeZone } from './wall-clock.ts';

/** What to do with a run whose wall time is skipped: no run that day, the first instant after the gap, or as much later. */
export const gapPolicies = ['skip', 'next', 'shift'] as const;
/** Which of two instants to run at when a wall time comes twice. */
export const overlapPolicies = ['first', 'last', 'both'] as const;

/** When a recurring task runs, without its bounds. */
export type Recurrence =
  | {
      readonly kind: 'cron';
      /** Five, six (seconds first) or seven (year last) fields, or a nickname. */
      readonly pattern: string;
      /** IANA name. */
      readonly timeZone: string;
      readonly gap: (typeof gapPolicies)[number];
      readonly overlap: (typeof overlapPolicies)[number];
    }
  | {
      readonly kind: 'interval';
      readonly everyMs: number;
      /** The first occurrence; the others follow at whole intervals. Milliseconds since 1970. */
      readonly anchor: number;
    };

/**
 * The first occurrence after an instant, or `undefined` where the pattern has no more.
 *
 * @param after - Milliseconds since 1970; exclusive.
 */
export function nextOccurrence(recurrence: Recurrence, after: number): number | undefined {
  if (recurrence.kind === 'interval') {
    const { anchor, everyMs } = recurrence;
    return after < anchor ? anchor : anchor + (Math.floor((after - anchor) / everyMs) + 1) * everyMs;
  }
  const zone = timeZone(recurrence.timeZone);
  if (zone === undefined) throw new RangeError(`there is no time zone "${recurrence.timeZone}"`);
  const cron = cronOf(recurrence.pattern);
  return cron.straight ? nextStraight(cron, zone, after) : nextByPolicy(cron, zone, recurrence, after);
}

/**
 * The last occurrence in (after, until], or `undefined` where there is none. Looks back from `until` in doubling steps, so
 * that a long downtime of a frequent pattern costs no more than a short one.
 */
export function latestOccurrence(recurrence: Recurrence, after: number, until: number): number | undefined {
  for (let stepMs = 1_000; ; stepMs *= 2) {
    const from = Math.max(after, until - stepMs);
    let latest: number | undefined;
    for (
      let next = nextOccurrence(recurrence, from);
      next !== undefined && next <= until;
      next = nextOccurrence(recurrence, next)
    ) {
      latest = next;
    }
    if (latest !== undefined || from === after) return latest;
  }
}

/** Why a pattern is not a cron pattern, or `undefined` where it is one. */
export function cronFault(pattern: string): string | undefined {
  // With a colon croner takes it for a date.
  if (pattern.includes(':')) return 'a cron pattern has no colon';
  try {
    cronOf(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '');
  }
}

interface WallCron {
  /** The first matching wall time after `wall`, exclusive. */
  next(wall: number): number | undefined;
  /** Finer than an hour, or every hour: it follows elapsed time, not the wall's hour, through a change of offset. */
  readonly straight: boolean;
}

const patterns = new Map<string, WallCron>();

function cronOf(pattern: string): WallCron {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  // An offset of zero makes croner compute on walls, without a zone: the zone's rules are ours, by policy.
  const cron = new Cron(pattern, { utcOffset: 0, paused: true });
  const made: WallCron = {
    next: (wall) => cron.nextRun(new Date(wall))?.getTime(),
    straight: isStraight(pattern),
  };
  if (patterns.size >= 1_000) patterns.clear();
  patterns.set(pattern, made);
  return made;
}

/**
 * Whether a pattern runs straight through changes of offset: its minutes or seconds are wildcards, or it runs in every
 * hour. That is Vixie cron's rule for "wildcard jobs", whose notion of a wildcard hour is here any set of all 24.
 *
 * @see man 8 cron, Debian, section "Notes"
 */
function isStraight(pattern: string): boolean {
  const fields = pattern.trim().split(/\s+/);
  const wild = (field: string | undefined): boolean => field?.startsWith('*') === true || field === '?';
  const minute = fields.length === 5 ? fields[0] : fields[1];
  if (fields.length >= 5 && (wild(minute) || (fields.length > 5 && wild(fields[0])))) return true;
  return new CronPattern(pattern).hour.every((set) => set !== 0);
}

function nextStraight(cron: WallCron, zone: TimeZone, after: number): number | undefined {
  let from = after;
  // Each round passes one change of offset; a pattern that is not met within ten years of rounds is not met at all.
  for (let round = 0; round < 64; round++) {
    const offset = zone.offsetAt(from);
    const wall = cron.next(from + offset);
    if (wall === undefined) return undefined;
    const instant = wall - offset;
    const change = nextChange(zone, from, instant);
    if (change === undefined) return instant;
    // Continue from just before the change, on the wall that it begins: an occurrence at the change itself counts.
    const wallAtChange = change + zone.offsetAt(change);
    const first = cron.next(wallAtChange - 1);
    if (first === undefined) return undefined;
    const candidate = first - zone.offsetAt(change);
    if (nextChange(zone, change, candidate) === undefined) return candidate;
    from = change;
  }
  return undefined;
}

/** The first change of offset in (from, to], searched in steps of a week, shorter than any zone keeps an offset. */
function nextChange(zone: TimeZone, from: number, to: number): number | undefined {
  const stepMs = 7 * 86_400_000;
  for (let low = from; low < to; low += stepMs) {
    const high = Math.min(low + stepMs, to);
    if (zone.offsetAt(low) !== zone.offsetAt(high)) return transitionWithin(low, high, zone);
  }
  return undefined;
}

function nextByPolicy(
  cron: WallCron,
  zone: TimeZone,
  policy: Extract<Recurrence, { kind: 'cron' }>,
  after: number,
): number | undefined {
  const offset = zone.offsetAt(after);
  // Around a change of offset, a wall time from before may mean an instant from after: begin that much earlier.
  const dayAndHalfMs = 1.5 * 86_400_000;
  const shiftMs = Math.abs(zone.offsetAt(after - dayAndHalfMs) - zone.offsetAt(after + dayAndHalfMs));
  let best: number | undefined;
  let wall = cron.next(after + offset - shiftMs);
  for (; wall !== undefined; wall = cron.next(wall)) {
    if (best !== undefined && wall >= best + zone.offsetAt(best)) break;
    for (const instant of instantsOf(wall, zone, policy)) {
      if (instant > after && (best === undefined || instant < best)) best = instant;
    }
  }
  return best;
}

function instantsOf(
  wall: number,
  zone: TimeZone,
  { gap, overlap }: Extract<Recurrence, { kind: 'cron' }>,
): readonly number[] {
  const meaning = meaningOf(wall, zone);
  switch (meaning.kind) {
    case 'once':
      return [meaning.instant];
    case 'twice':
      return overlap === 'both' ? [meaning.first, meaning.last] : [meaning[overlap]];
    case 'never':
      return gap === 'skip' ? [] : [gap === 'next' ? meaning.next : meaning.shifted];
  }
}

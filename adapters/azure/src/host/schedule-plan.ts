import { CompositionError } from '@portolan/composition';
import { Cron } from 'croner';
import { differsByMultiples } from './time-zone.ts';

/** How a schedule is had from timer triggers of Azure Functions. */
export interface SchedulePlan {
  /** Six fields, seconds first, in the app's time zone: what the timer trigger is given. */
  readonly ncrontab: string;
  /**
   * The last instant of the schedule that is not after `until`, milliseconds since 1970; `undefined` where there is none.
   * Absent where the trigger fires at the schedule's own instants and at no other.
   */
  readonly latest?: (until: number) => number | undefined;
}

/** Where and when a schedule is planned. */
export interface PlanningPlace {
  /** See `appTimeZone`. */
  readonly timeZone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * A steady interval. Where minutes or hours of the day cannot say it (7 minutes, 36 hours), and for hours in another zone
 * than UTC, the trigger fires more often, and its calls are held against the interval.
 *
 * @param intervalMs - Whole minutes.
 */
export function planEvery(intervalMs: number, { timeZone, now }: PlanningPlace): SchedulePlan {
  const minutes = intervalMs / 60_000;
  if (60 % minutes === 0 && differsByMultiples(timeZone, minutes, now)) return { ncrontab: eachMinutes(minutes) };
  const hours = minutes / 60;
  if (timeZone === 'UTC' && Number.isInteger(hours) && 24 % hours === 0)
    return { ncrontab: hours === 24 ? '0 0 0 * * *' : `0 0 */${hours} * * *` };
  const step = commonDivisor(minutes, 60);
  return {
    ncrontab: eachMinutes(differsByMultiples(timeZone, step, now) ? step : 1),
    latest: (until) => Math.floor(until / intervalMs) * intervalMs,
  };
}

/**
 * A cron pattern in a time zone. A function app has one zone for all of its timers, and none but UTC on some plans; so for
 * a pattern in another zone, and for one that means something else to the host, the trigger fires at the pattern's minutes
 * of every hour (of every minute, where one of the zones is not a whole number of hours from UTC), and its calls are held
 * against the pattern. What falls into the hour that summer time skips comes with the next call.
 *
 * @param subject - For messages: `service "x": function "y"`.
 * @throws {CompositionError} for a malformed pattern and an unknown time zone.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function planCron(
  subject: string,
  { pattern, timeZone }: { readonly pattern: string; readonly timeZone: string },
  place: PlanningPlace,
): SchedulePlan {
  const cron = parseCron(subject, pattern, timeZone);
  if (timeZone === place.timeZone && isNcrontab(pattern)) return { ncrontab: `0 ${pattern.trim()}` };
  const [minute = '*'] = fieldsOf(pattern);
  const wholeHours = [timeZone, place.timeZone].every((zone) => differsByMultiples(zone, 60, place.now));
  return {
    ncrontab: wholeHours && isPlain(minute) ? `0 ${minute} * * * *` : eachMinutes(1),
    latest: (until) => cron.previousRuns(1, new Date(until + 1))[0]?.getTime(),
  };
}

/**
 * The instant for which a call of the trigger runs the function.
 *
 * @param timer.next - The instant the trigger was due.
 * @param timer.last - When it was called before; absent before its first call.
 * @returns `undefined` where nothing of the schedule fell between the last call and this one.
 */
export function tickOf(
  { latest }: SchedulePlan,
  { last, next }: { readonly last?: number | undefined; readonly next: number },
  now: number,
): number | undefined {
  if (latest === undefined) return next;
  // A trigger may fire a little early by this machine's clock.
  const at = latest(Math.max(now, next));
  return at !== undefined && at > (last ?? next - 1) ? at : undefined;
}

function parseCron(subject: string, pattern: string, timeZone: string): Cron {
  try {
    const cron = new Cron(pattern, { timezone: timeZone, paused: true, mode: '5-part' });
    // Croner looks at the time zone only when it is asked for an instant.
    cron.nextRun(new Date(0));
    return cron;
  } catch (cause) {
    throw new CompositionError(`${subject}: cron pattern "${pattern}" in time zone "${timeZone}" is not understood`, {
      cause,
    });
  }
}

const fieldsOf = (pattern: string): readonly string[] => pattern.trim().split(/\s+/);

const isPlain = (field: string): boolean => /^(\*(\/\d+)?|\w+(-\w+(\/\d+)?)?(,\w+(-\w+(\/\d+)?)?)*)$/.test(field);

/**
 * Whether NCRONTAB reads a pattern as cron does. It wants a day to be one of the month *and* one of the week where cron is
 * content with either; it knows no 7 for Sunday, no week that ends on one, and none of `L`, `W`, `#` and `?`.
 */
function isNcrontab(pattern: string): boolean {
  const fields = fieldsOf(pattern);
  const [, , day = '', , weekday = ''] = fields;
  const ofItsOwn = /[a-z]/i.test(day) || /7|-sun|\d[a-z]|[a-z]{4}/i.test(weekday);
  return fields.every(isPlain) && !ofItsOwn && (day === '*' || weekday === '*');
}

const eachMinutes = (minutes: number): string =>
  minutes === 1 ? '0 * * * * *' : minutes === 60 ? '0 0 * * * *' : `0 */${minutes} * * * *`;

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

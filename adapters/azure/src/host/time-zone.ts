/**
 * The time zone in which the Functions host of this app reads schedules: that of the setting `WEBSITE_TIME_ZONE`, or `TZ`;
 * UTC without one.
 *
 * On Windows it has a name of Windows' own (`Romance Standard Time`), on Linux one of the tz database; on the Consumption
 * and Flex Consumption plans of Linux neither setting is supported.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-time-zones
 */
export function appTimeZone(env: Readonly<Record<string, string | undefined>>): string {
  return env['WEBSITE_TIME_ZONE'] || env['TZ'] || 'UTC';
}

/** Half a year apart, so that summer time is among them. */
const lookAheadMs = [0, 0.5, 1, 1.5].map((years) => years * 365 * 86_400_000);

/**
 * Whether the clocks of a zone differ from UTC by multiples of so many minutes, now and in the coming years.
 *
 * @returns False for a zone that is not known here, too.
 */
export function differsByMultiples(timeZone: string, ofMinutes: number, now: number): boolean {
  if (ofMinutes === 1 || timeZone === 'UTC') return true;
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    return lookAheadMs.every((aheadMs) => offsetMinutes(format, now + aheadMs) % ofMinutes === 0);
  } catch {
    return false;
  }
}

/** Minutes, of which only the part within an hour is looked at. */
function offsetMinutes(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')!.value;
  const [, hours = '0', minutes = '0'] = /(\d\d):(\d\d)/.exec(name) ?? [];
  return Number(hours) * 60 + Number(minutes);
}

/** The zone the browser runs in. */
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Zones to choose from; UTC first, which some browsers leave out of their list. */
export const zoneNames = (): readonly string[] => [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC'),
];

export const isZone = (name: string): boolean => {
  try {
    return name !== '' && Intl.DateTimeFormat(undefined, { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(undefined, options);
  formats.set(key, format);
  return format;
}

/** Date and time to the second on the wall of a zone, in the browser's language. */
export function formatInstant(at: number, zone: string = browserZone()): string {
  return formatOf(`full ${zone}`, { dateStyle: 'medium', timeStyle: 'medium', timeZone: zone }).format(at);
}

/** The same with the weekday, for what comes. */
export function formatWall(at: number, zone: string): string {
  return formatOf(`wall ${zone}`, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: zone,
  }).format(at);
}

/** "14:05", for axes. */
export function formatMinute(at: number): string {
  return formatOf('minute', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** "14:05:30", for axes. */
export function formatSecond(at: number): string {
  return formatOf('second', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at);
}

/** "Mar 29", "Mar" or "2026", for axes that go over days. */
export function formatDate(at: number, finest: 'day' | 'month' | 'year'): string {
  const parts = {
    day: { month: 'short', day: 'numeric' },
    month: { month: 'short' },
    year: { year: 'numeric' },
  } as const;
  return formatOf(`date ${finest}`, parts[finest]).format(at);
}

/** An instant as the browser's wall shows it, as if that wall were UTC: for arithmetic on days and hours that people see. */
export const wallOf = (at: number): number => at - new Date(at).getTimezoneOffset() * 60_000;

/** "GMT+2": what a zone's wall is ahead of UTC at an instant. */
export function offsetOf(at: number, zone: string): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'shortOffset' });
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** The value of a datetime-local control for an instant, on the browser's wall, to the second. */
export function localInputOf(at: number): string {
  return new Date(wallOf(at)).toISOString().slice(0, 19);
}

/** The instant that a datetime-local control names; undefined where it names none. */
export function instantOf(localInput: string): number | undefined {
  const at = localInput === '' ? NaN : new Date(localInput).getTime();
  return Number.isNaN(at) ? undefined : at;
}

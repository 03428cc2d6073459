/**
 * Between instants and what a clock on the wall shows. A wall time is kept as if it were UTC: milliseconds since
 * 1970-01-01T00:00:00 on that wall.
 */
export interface TimeZone {
  readonly name: string;
  /** Wall time minus instant, in milliseconds, at an instant. */
  offsetAt(instant: number): number;
}

const dayMs = 86_400_000;
/** Every zone kept its local mean time until some day after. `Date.UTC` takes years below 100 for those of a later century. */
const beforeRules = Date.UTC(1800, 0);
const zones = new Map<string, TimeZone>();

/** The zone of an IANA name, or `undefined` where there is none. Names are as `Intl` knows them. */
export function timeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = name === 'UTC' ? { name, offsetAt: () => 0 } : makeZone(name);
  // Only a few hundred names exist, in any case of letters: this cannot grow without bound by much.
  if (zone !== undefined && zones.size < 2_000) zones.set(name, zone);
  return zone;
}

function makeZone(name: string): TimeZone | undefined {
  // Offsets such as "+02:00" are accepted by Intl but are no zones: they have no rules to follow.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  return {
    name,
    offsetAt(instant) {
      const known = Math.max(instant, beforeRules);
      const fields: Record<string, number> = {};
      for (const { type, value } of format.formatToParts(known)) fields[type] = Number(value);
      const { year, month, day, hour, minute, second } = fields as Record<string, number>;
      const wall = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
      return wall - Math.floor(known / 1_000) * 1_000;
    },
  };
}

/** What a wall time means: one instant, two (the hour is repeated), or none (the hour is skipped). */
export type Meaning =
  | { readonly kind: 'once'; readonly instant: number }
  | { readonly kind: 'twice'; readonly first: number; readonly last: number }
  | {
      readonly kind: 'never';
      /** The first instant after the gap. */
      readonly next: number;
      /** As far after the gap's start as the wall time asked for: 02:30 becomes 03:30. */
      readonly shifted: number;
    };

/** The instants at which a wall in the zone shows `wall`. */
export function meaningOf(wall: number, zone: TimeZone): Meaning {
  // A day and a half on either side lies beyond any one change of offset, the day that Samoa skipped included.
  const before = zone.offsetAt(wall - 1.5 * dayMs);
  const after = zone.offsetAt(wall + 1.5 * dayMs);
  const first = wall - before;
  const last = wall - after;
  const firstHolds = zone.offsetAt(first) === before;
  const lastHolds = zone.offsetAt(last) === after;
  if (first === last || (firstHolds && !lastHolds)) return { kind: 'once', instant: first };
  if (lastHolds && !firstHolds) return { kind: 'once', instant: last };
  if (firstHolds) return { kind: 'twice', first: Math.min(first, last), last: Math.max(first, last) };
  return { kind: 'never', next: transitionWithin(last, first, zone), shifted: first };
}

/** The first instant in (from, to] whose offset is that of `to`; the offset changes once between them. */
export function transitionWithin(from: number, to: number, zone: TimeZone): number {
  const offset = zone.offsetAt(to);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

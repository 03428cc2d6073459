import { childLevel, endOf, type ArchiveLevel } from '../interval.ts';
import { formatTime, parseTime } from '../time.ts';

/**
 * Names of archive intervals: the start as far as the level tells it apart, `2026`, `2026-01`, `2026-01-31`,
 * `2026-01-31T13`, `2026-01-31T13:05`. Sorted as text they are in order of time, and an interval's name begins with the
 * name of every interval around it.
 */
const lengths = { year: 4, month: 7, day: 10, hour: 13, minute: 16 } as const satisfies Record<ArchiveLevel, number>;
const levels: ReadonlyMap<number, ArchiveLevel> = new Map(
  Object.entries(lengths).map(([level, length]) => [length, level as ArchiveLevel]),
);

/** @param start - Microseconds; any instant of the interval does. */
export const nameOf = (level: ArchiveLevel, start: number): string => formatTime(start).slice(0, lengths[level]);

export interface NamedInterval {
  readonly level: ArchiveLevel;
  /** Microseconds. */
  readonly start: number;
  readonly end: number;
}

/** @throws {RangeError} for a text that names no interval. */
export function intervalOf(name: string): NamedInterval {
  const level = levels.get(name.length);
  const start = parseTime(`${name}${'0000-01-01T00:00:00Z'.slice(name.length)}`);
  if (level === undefined || start === undefined) throw new RangeError(`no interval is named "${name}"`);
  return { level, start, end: endOf(level, start) };
}

/** The name of the interval of a level around the one named; the level must be as high or higher. */
export const nameAround = (name: string, level: ArchiveLevel): string => name.slice(0, lengths[level]);

/** The name of the child of `parent` in which an interval named lies, or which it is; `undefined` for `parent` itself. */
export function childName(parent: string, name: string): string | undefined {
  const level = childLevel(levels.get(parent.length)!);
  return level === undefined || name.length <= parent.length ? undefined : name.slice(0, lengths[level]);
}

/** What every name of an interval inside `name` sorts below, for ranges. */
export const afterAllIn = (name: string): string => `${name}~`;

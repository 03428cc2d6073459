import { formatDate, formatMinute, formatSecond } from '../../time/instant.ts';

/** How much a mark of the time axis stands out, on the scale of the charting library: it shows the heaviest that fit. */
export const weights = {
  second: 10,
  minute: 20,
  fiveMinutes: 21,
  halfHour: 22,
  hour: 30,
  threeHours: 31,
  sixHours: 32,
  halfDay: 33,
  day: 50,
  month: 60,
  year: 70,
} as const;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The widest first. */
const steps = [
  [dayMs, weights.day],
  [12 * hourMs, weights.halfDay],
  [6 * hourMs, weights.sixHours],
  [3 * hourMs, weights.threeHours],
  [hourMs, weights.hour],
  [30 * minuteMs, weights.halfHour],
  [5 * minuteMs, weights.fiveMinutes],
  [minuteMs, weights.minute],
  [1_000, weights.second],
] as const;

/** The weight of an instant by the one before it: what has begun between them. Both as a wall shows them, as if it were UTC. */
export function weightOf(wall: number, wallBefore: number): number {
  const [now, before] = [new Date(wall), new Date(wallBefore)];
  if (now.getUTCFullYear() !== before.getUTCFullYear()) return weights.year;
  if (now.getUTCMonth() !== before.getUTCMonth()) return weights.month;
  return steps.find(([ms]) => Math.floor(wall / ms) !== Math.floor(wallBefore / ms))?.[1] ?? 0;
}

/** What stands at a mark of the time axis. */
export function labelOf(at: number, weight: number): string {
  if (weight >= weights.year) return formatDate(at, 'year');
  if (weight >= weights.month) return formatDate(at, 'month');
  if (weight >= weights.day) return formatDate(at, 'day');
  return weight >= weights.minute ? formatMinute(at) : formatSecond(at);
}

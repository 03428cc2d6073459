const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Units a person can choose for a duration. */
export type DurationUnit = (typeof units)[number][0] | 'ms';
const unitMs: Readonly<Record<DurationUnit, number>> = { ...Object.fromEntries(units), ms: 1 } as Record<
  DurationUnit,
  number
>;

/** A duration as it is typed. */
export interface DurationText {
  readonly amount: string;
  readonly unit: DurationUnit;
}

/** Milliseconds, rounded; undefined for what is no number. */
export function durationMsOf({ amount, unit }: DurationText): number | undefined {
  const value = amount.trim() === '' ? NaN : Number(amount);
  return Number.isFinite(value) ? Math.round(value * unitMs[unit]) : undefined;
}

/** A duration in the largest unit that divides it. */
export function durationTextOf(durationMs: number): DurationText {
  const [unit, ms] = units.find(([, ms]) => durationMs >= ms && durationMs % ms === 0) ?? (['ms', 1] as const);
  return durationMs === 0 ? { amount: '0', unit: 's' } : { amount: String(durationMs / ms), unit };
}

/** "1 h 30 min", "45 s", "250 ms": the two largest units, the rest cut off. */
export function formatDuration(durationMs: number): string {
  const first = units.findIndex(([, ms]) => durationMs >= ms);
  if (first === -1) return `${Math.round(durationMs)} ms`;
  const [unit, ms] = units[first]!;
  const head = `${Math.floor(durationMs / ms)} ${unit}`;
  const [smaller, smallerMs] = units[first + 1] ?? ['', Infinity];
  const rest = Math.floor((durationMs % ms) / smallerMs);
  return rest === 0 ? head : `${head} ${rest} ${smaller}`;
}

/** "12 ms", "1.25 s", "3 min 4 s", or a dash for no measurement: how late something was. */
export function formatLateness(latenessMs: number | null): string {
  if (latenessMs === null) return '–';
  if (latenessMs < 10 && !Number.isInteger(latenessMs)) return `${latenessMs.toFixed(1)} ms`;
  if (latenessMs < 1_000) return `${Math.round(latenessMs)} ms`;
  return latenessMs < 60_000 ? `${Number((latenessMs / 1_000).toFixed(2))} s` : formatDuration(latenessMs);
}

/** "00:04:09", "3 d 04:00:09": what is left, in whole seconds, the rest cut off. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.floor(leftMs / 1_000));
  const two = (count: number): string => String(count).padStart(2, '0');
  const clock = `${two(Math.floor((seconds % 86_400) / 3_600))}:${two(Math.floor((seconds % 3_600) / 60))}:${two(seconds % 60)}`;
  return seconds < 86_400 ? clock : `${Math.floor(seconds / 86_400)} d ${clock}`;
}

/** "in 3 h 5 min", "2 d ago", "now": an instant seen from another. */
export function formatRelative(at: number, now: number): string {
  const distanceMs = Math.abs(at - now);
  if (distanceMs < 1_000) return 'now';
  return at > now ? `in ${formatDuration(distanceMs)}` : `${formatDuration(distanceMs)} ago`;
}

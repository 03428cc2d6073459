/** A figure that the platform is to reach, and how far it got. */
export interface Limit {
  readonly what: string;
  /** `at least 3x`, `at most 5 ms` */
  readonly limit: string;
  readonly value: string;
  readonly reached: boolean;
  /** How far within or beyond the limit, in percent of it. */
  readonly marginPercent: number;
}

export const milliseconds = (value: number): string =>
  `${value < 100 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)} ms`;

export const megabytes = (value: number): string => `${value.toFixed(0)} MB`;

export const asFast = (times: number): string => `${times.toFixed(1)}x as fast`;

type Show = (value: number) => string;

export const atLeast = (what: string, value: number, limit: number, show: Show): Limit => ({
  what,
  limit: `at least ${show(limit)}`,
  value: show(value),
  reached: value >= limit,
  marginPercent: (value / limit - 1) * 100,
});

export const atMost = (what: string, value: number, limit: number, show: Show): Limit => ({
  what,
  limit: `at most ${show(limit)}`,
  value: show(value),
  reached: value <= limit,
  marginPercent: (1 - value / limit) * 100,
});

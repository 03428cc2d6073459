/** The intervals of candles, aligned to UTC. A test holds them against those that the service declares. */
export const intervals = ['1s', '1m', '5m', '15m', '1h', '6h', '1d'] as const;
export type Interval = (typeof intervals)[number];

/** What is shown where the address names none. */
export const usualInterval: Interval = '1m';

export const isInterval = (text: string | null): text is Interval => intervals.includes(text as Interval);

const minuteMs = 60_000;

/** Widths in milliseconds. */
export const widthMs: Readonly<Record<Interval, number>> = {
  '1s': 1_000,
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  '1h': 60 * minuteMs,
  '6h': 360 * minuteMs,
  '1d': 1_440 * minuteMs,
};

/** The start of the interval that an instant lies in; both in milliseconds since 1970. */
export const startOf = (interval: Interval, at: number): number => at - (at % widthMs[interval]);

/** In words, for those who listen. */
export const nameOf: Readonly<Record<Interval, string>> = {
  '1s': '1 second',
  '1m': '1 minute',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '1h': '1 hour',
  '6h': '6 hours',
  '1d': '1 day',
};

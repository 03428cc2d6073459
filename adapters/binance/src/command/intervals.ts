/** Intervals that both Binance and the pricing API have, with their widths in milliseconds. */
const widths = {
  '1s': 1_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '1d': 86_400_000,
} as const;

export type ComparableInterval = keyof typeof widths;

export const comparableIntervals = Object.keys(widths) as readonly ComparableInterval[];

export const isComparableInterval = (text: string): text is ComparableInterval => Object.hasOwn(widths, text);

/** The end of the interval that starts there, in the same form. */
export const endOfInterval = (start: string, interval: ComparableInterval): string =>
  `${new Date(Date.parse(start) + widths[interval]).toISOString().slice(0, -1)}000Z`;

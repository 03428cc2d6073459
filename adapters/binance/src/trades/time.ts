/**
 * Writes a file's times as ISO 8601 with microseconds.
 *
 * Spot files count microseconds from 2025-01-01 on and milliseconds before; futures files milliseconds. Each value tells
 * which it is by its magnitude: 1e12 to 9.007e12 are milliseconds and 1e15 to 2^53 microseconds, both of the years 2001 to
 * 2255. Between and beyond them nothing is taken, so that seconds and nanoseconds are refused and not misread.
 *
 * @returns A function that remembers the second it wrote last, as rows come in the order of time; it gives `undefined` for
 *   text that is no such time.
 * @see https://github.com/binance/binance-public-data#spot
 */
export function newTimeReader(): (digits: string) => string | undefined {
  let second = -1;
  let prefix = '';
  return (digits) => {
    const micros = microsOf(digits);
    if (micros === undefined) return undefined;
    const fraction = micros % 1_000_000;
    const itsSecond = (micros - fraction) / 1_000_000;
    if (itsSecond !== second) {
      second = itsSecond;
      prefix = new Date(second * 1_000).toISOString().slice(0, -4);
    }
    return `${prefix}${String(fraction).padStart(6, '0')}Z`;
  };
}

/** A file's time in microseconds since 1970: a safe integer, or `undefined` for text that is no time. */
export function microsOf(digits: string): number | undefined {
  if (!/^[1-9][0-9]{12,15}$/.test(digits)) return undefined;
  const value = Number(digits);
  if (value >= 1e15) return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  return value <= Number.MAX_SAFE_INTEGER / 1_000 ? value * 1_000 : undefined;
}

import { endOfTime } from '@portolan/pricing/time';

/**
 * Reads a file's time in microseconds since 1970.
 *
 * Spot files count microseconds from 2025-01-01 on and milliseconds before; futures files milliseconds. Each value tells
 * which it is by its magnitude: from 1e12 on they are milliseconds and from 1e15 on microseconds, both of the years 2001 to
 * 2200. Between and beyond them nothing is taken, so that seconds and nanoseconds are refused and not misread.
 *
 * @returns `undefined` for text that is no such time.
 * @see https://github.com/binance/binance-public-data#spot
 */
export function microsOf(digits: string): number | undefined {
  if (!/^[1-9][0-9]{12,15}$/.test(digits)) return undefined;
  const value = Number(digits);
  const micros = value >= 1e15 ? value : value * 1_000;
  return micros < endOfTime ? micros : undefined;
}

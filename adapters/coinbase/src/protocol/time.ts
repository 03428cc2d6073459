/** Microseconds since 1970 of an ISO 8601 time in UTC, with 0 to 6 digits of a second's fraction. */
export function microsOf(time: string): number {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? '';
  return Date.parse(`${time.slice(0, 19)}Z`) * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** The ISO 8601 time in UTC, with all six digits, as the exchange writes it. */
export function isoTime(micros: number): string {
  const fraction = ((micros % 1_000_000) + 1_000_000) % 1_000_000;
  const seconds = new Date((micros - fraction) / 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}

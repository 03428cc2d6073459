/**
 * The platform's time, as far as the `date` of its answers tells. Countdowns follow it, so that they are right on a machine
 * whose clock is wrong. A difference below two seconds is what that header's whole seconds and the way there may cause.
 */
const tolerableMs = 2_000;

export function skewOf(date: string | null, sentAt: number, receivedAt: number): number {
  const told = date === null ? NaN : Date.parse(date);
  if (Number.isNaN(told)) return 0;
  const skewMs = told + 500 - (sentAt + receivedAt) / 2;
  return Math.abs(skewMs) < tolerableMs + (receivedAt - sentAt) / 2 ? 0 : Math.round(skewMs);
}

let skewMs = 0;

export const serverClock = {
  /** Milliseconds since 1970. */
  now: (): number => Date.now() + skewMs,
  observe(date: string | null, sentAt: number, receivedAt: number): void {
    skewMs = skewOf(date, sentAt, receivedAt);
  },
};

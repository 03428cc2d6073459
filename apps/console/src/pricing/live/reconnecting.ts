/** Ceilings of the wait before a socket is opened again, in milliseconds. */
const firstMs = 500;
const mostMs = 20_000;

/**
 * The wait before the next attempt, by capped "equal jitter": consoles that lost the same platform do not all come back at
 * once, and none at once.
 *
 * @param failures - Attempts that failed since a socket was last open; at least 1.
 * @param random - Uniform draw in [0, 1).
 * @returns Milliseconds, from half the ceiling up to it.
 * @see Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function reconnectMs(failures: number, random: number): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** (failures - 1));
  return ceiling / 2 + (ceiling / 2) * random;
}

/** How long a trade that the service told of may take over the socket, in milliseconds. */
const arrivalMs = 2_000;

/** What was heard of a product's newest trade. */
export interface Hearsay {
  /** Its time, as it came over the socket; empty where none did. */
  readonly overSocket: string;
  /** Its time, as the service told when it was asked, and when that was (milliseconds since 1970). */
  readonly asked: { readonly time: string; readonly at: number } | undefined;
}

/** Whether an open socket has gone silent: the service knows of a trade that should have come over it by now. */
export const isSilent = ({ overSocket, asked }: Hearsay, now: number): boolean =>
  asked !== undefined && asked.time > overSocket && now >= asked.at + arrivalMs;

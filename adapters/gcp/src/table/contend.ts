import { fullJitter, PortError, type Random } from '@portolan/kernel';

/** How long a step is tried for while other writers win, in milliseconds. */
export const contentionMs = 10_000;
/** Waits between tries: full jitter, ceilings of 8 ms doubling up to 400 ms. */
const waits = { baseMs: 8, capMs: 400 } as const;

/**
 * Makes a step again and again until it is not disturbed by other writers. Time here is the machine's own: what is waited
 * for are other processes, not instants of the domain.
 *
 * @param step - Resolves to `undefined` when another writer came between.
 * @throws {PortError} `conflict` when others kept winning for 10 s.
 */
export async function contend<T>(
  what: string,
  random: Random,
  step: () => Promise<{ readonly done: T } | undefined>,
): Promise<T> {
  const end = performance.now() + contentionMs;
  for (let tries = 1; ; tries++) {
    const outcome = await step();
    if (outcome !== undefined) return outcome.done;
    if (performance.now() >= end)
      throw new PortError('conflict', `${what}: other writers kept winning for ${contentionMs} ms`);
    const waitMs = fullJitter(tries, random.next(), waits);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

import { mayHaveHappened } from './at-most-once.ts';
import { insideRetries, type AnyCommand } from './inside-retries.ts';

/**
 * Watches the attempts that the SDK makes of one command: where the answer of one got lost, the next may meet what it has
 * done itself.
 *
 * @returns Whether an attempt so far may have had its effect unheard.
 */
export function lostAnswers(command: AnyCommand): () => boolean {
  let lost = false;
  insideRetries(command, async (attempt) => {
    try {
      return await attempt();
    } catch (error) {
      lost ||= mayHaveHappened(error);
      throw error;
    }
  });
  return () => lost;
}

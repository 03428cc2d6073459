import { fullJitter } from '@portolan/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import { serviceCodeOf, statusOf } from '../errors/port-error-of.ts';
import { retries } from './connection.ts';

const waits = { baseMs: retries.retryDelayInMs, capMs: retries.maxRetryDelayInMs };

/**
 * Asks again while the service is too busy to do anything, which it says by 503 and `ServerBusy`: five times in all, with
 * ceilings of 100 ms doubling up to 2 s between. For what may be asked once only, since of all other failures nobody knows
 * what was done.
 *
 * @param wait - @default by the machine's clock
 * @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 */
export async function whileBusy<T>(
  ask: () => Promise<T>,
  wait: (ms: number) => Promise<unknown> = (ms) => delay(ms),
): Promise<T> {
  for (let asked = 1; ; asked++) {
    try {
      return await ask();
    } catch (error) {
      const busy = statusOf(error) === 503 && serviceCodeOf(error) === 'ServerBusy';
      if (!busy || asked > retries.maxRetries) throw error;
      await wait(fullJitter(asked, Math.random(), waits));
    }
  }
}

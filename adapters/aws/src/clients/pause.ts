import { fullJitter, type Random } from '@portolan/kernel';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often something is tried that others may keep from happening, and how long is waited in between. */
export interface Patience {
  readonly maxAttempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** Waits before the next attempt, with full jitter, in real time: what is waited for is a service far away. */
export async function pause(attempts: number, random: Random, patience: Patience): Promise<void> {
  await sleep(fullJitter(attempts, random.next(), patience));
}

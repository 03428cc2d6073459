import { setTimeout as sleep } from 'node:timers/promises';
import type { StorageEngine } from './storage-engine.ts';
import { timeSteps } from './time-steps.ts';

/** What the platform does by itself, when it is looked at. */
export interface Poller {
  /** Does what there is to do. @returns How much that was. */
  poll(): Promise<number>;
  readonly running: Iterable<Promise<unknown>>;
}

/** How long what runs is given to come to an end, in real milliseconds, before it is taken to wait for something. */
const functionPatienceMs = 40;

/**
 * Lets pollers run until there is nothing to do any more, and nothing comes to an end.
 *
 * @param patienceMs - @default what functions of the test's own process need
 */
export async function settleAll(pollers: () => readonly Poller[], patienceMs = functionPatienceMs): Promise<void> {
  for (;;) {
    const counts = await Promise.all(pollers().map((poller) => poller.poll()));
    if (counts.some((count) => count > 0)) continue;
    const running = pollers().flatMap((poller) => [...poller.running]);
    if (running.length === 0) return;
    const ended = await Promise.race([...running.map((run) => run.then(() => true)), sleep(patienceMs, false)]);
    if (!ended) return;
  }
}

/** Moves an engine's time step by step, and settles after each. */
export async function passTime(
  engine: Pick<StorageEngine, 'now' | 'pass'>,
  durationMs: number,
  settle: () => Promise<void>,
): Promise<void> {
  await settle();
  const target = engine.now() + durationMs;
  for (const step of timeSteps(durationMs)) {
    // Real time goes on, too: what it has taken from the target need not be passed.
    const left = Math.min(step, target - engine.now());
    if (left > 0) await engine.pass(left);
    await settle();
  }
}

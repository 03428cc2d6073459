import type { Alarm } from '@portolan/node';

/** Waits by the alarm's clock; ends early, and quietly, when the signal aborts. */
export function pause(alarm: Alarm, waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = alarm.schedule(alarm.clock.now() + waitMs, end);
    signal.addEventListener('abort', end);
  });
}

import type { Clock } from '@portolan/kernel';

/** Calls back at instants of the wall clock. All time of the embedded platform passes through one of these. */
export interface Alarm {
  readonly clock: Clock;
  /**
   * Calls `ring` once, as soon as possible after `clock.now()` has reached `at`, and never before.
   *
   * @param at - Milliseconds since 1970; any distance ahead, or in the past to ring on the next turn of the event loop.
   * @returns Cancels the call; harmless after it was made.
   */
  schedule(at: number, ring: () => void): () => void;
}

/**
 * The longest sleep between two looks at the clock, in milliseconds. A wall clock that is set, in either direction, is
 * noticed within it; and it keeps far instants away from the 2^31 ms at which `setTimeout` overflows.
 */
const longestSliceMs = 1_000;

/** The alarm of production: `setTimeout` in slices, checked against the clock because timeouts may fire early. */
export function systemAlarm(clock: Clock = { now: () => Date.now() }): Alarm {
  return {
    clock,
    schedule(at, ring) {
      let handle: NodeJS.Timeout;
      const sleep = () => {
        handle = setTimeout(wake, Math.min(Math.max(at - clock.now(), 0), longestSliceMs));
      };
      const wake = () => (clock.now() >= at ? ring() : sleep());
      sleep();
      return () => clearTimeout(handle);
    },
  };
}

/** An alarm that can be silenced as a whole: nothing scheduled with it rings after `close`. */
export function closableAlarm(alarm: Alarm): Alarm & { close(): void } {
  const cancels = new Set<() => void>();
  let closed = false;
  return {
    clock: alarm.clock,
    schedule(at, ring) {
      if (closed) return () => {};
      const cancelThis = alarm.schedule(at, () => {
        cancels.delete(cancelThis);
        ring();
      });
      cancels.add(cancelThis);
      return () => {
        cancels.delete(cancelThis);
        cancelThis();
      };
    },
    close() {
      closed = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}

/**
 * What can be known of a timer adapter before anybody measures it, as data: to choose by, to print, to check. Each number is
 * the vendor's where a source tells it, and otherwise follows from how the adapter works.
 */
export interface TimerFacts {
  /** How late a firing usually is, in milliseconds. */
  readonly precisionMs: number;
  /** How late it may be by the vendor's own words, in milliseconds. Absent where nothing is said beyond the precision. */
  readonly lateByMs?: number;
  /** How far ahead timers may be set, in milliseconds; `Infinity` for no limit. */
  readonly horizonMs: number;
  /** Timers that may stand at one time; `Infinity` for no limit. */
  readonly maxOpenTimers: number;
  /** Timers of one instant that are fired each second, by default quotas. */
  readonly hotspotPerSecond: number;
  /** US dollars for a million timers that are set and fire, without the function that they call. */
  readonly usdPerMillion: number;
  /** Where the numbers stand. */
  readonly sources: readonly string[];
  /** The day on which they were read there, `2026-11-20`. */
  readonly readOn: string;
}

/** The prices and rates of what a portable timer is built on. */
export interface PortableTimerParts {
  readonly usdPerMillionWrites: number;
  readonly usdPerMillionReads: number;
  /** Of a message on its whole way: sent, received and acknowledged. */
  readonly usdPerMillionMessages: number;
  /** How late the queue delivers what was delayed, usually. */
  readonly queuePrecisionMs: number;
  readonly writesPerSecondPerPartition: number;
  readonly shards: number;
  readonly sources: readonly string[];
  readonly readOn: string;
}

/** Operations of its ports that a portable timer costs, from its setting to its firing. */
export const portableTimerOperations = { writes: 2, reads: 1, messages: 1 } as const;

/** The facts of a portable timer from those of its parts. */
export function portableTimerFacts(parts: PortableTimerParts): TimerFacts {
  const { writes, reads, messages } = portableTimerOperations;
  return {
    precisionMs: parts.queuePrecisionMs,
    horizonMs: Infinity,
    maxOpenTimers: Infinity,
    // One write sets the timer, maybe long before; the other one deletes its row as it fires.
    hotspotPerSecond: parts.shards * parts.writesPerSecondPerPartition,
    usdPerMillion:
      writes * parts.usdPerMillionWrites + reads * parts.usdPerMillionReads + messages * parts.usdPerMillionMessages,
    sources: parts.sources,
    readOn: parts.readOn,
  };
}

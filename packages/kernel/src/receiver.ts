import type { ConsumeOptions, Consumer } from './embedded.ts';

/**
 * What the contract behind a port offers besides the port's own methods, where the platform calls the function: it reads
 * what the platform handed over, gives it to the consumer as deliveries, and answers as the platform wants to be answered.
 * A host finds it on the contract of the port that triggers a function.
 *
 * @typeParam Event - Whatever the platform calls the function with for this port.
 * @typeParam Answer - What tells the platform which parts must come again. Throwing means all of them.
 */
export interface Receiver<Event = unknown, Answer = unknown> {
  /**
   * @param consumer - Its promises all end: whoever calls sees to it that one without an answer rejects after
   *   `visibilityMs`, or when the platform ends the call, if that is sooner.
   */
  receive(event: Event, consumer: Consumer, options: ConsumeOptions): Promise<Answer>;
  /** How often `sweep` has to be called, in milliseconds; whole minutes. Absent where there is none. */
  readonly sweepEveryMs?: number;
  /**
   * Called at that interval, by the same function: a table that has to be looked through, say.
   *
   * @param at - When it was due, milliseconds since 1970. Calls are at least once and may be skipped.
   */
  sweep?(at: number, consumer: Consumer, options: ConsumeOptions): Promise<void>;
}

/** @returns `undefined` where the contract's adapter cannot trigger functions. */
export function receiverOf(contract: unknown): Receiver | undefined {
  const { receive } = contract as Partial<Receiver>;
  return typeof receive === 'function' ? (contract as Receiver) : undefined;
}

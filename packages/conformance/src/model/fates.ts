import { PoisonMessage, RetryLater } from '@portolan/kernel';
import fc from 'fast-check';

/** What a handler does with one delivery. */
export type Outcome = 'handled' | 'failed' | 'later' | 'poison';

/** What a message's handler does, delivery by delivery; what comes after the last is handled. */
export type Plan = readonly Outcome[];

const outcome = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Outcome>('handled') },
  { weight: 5, arbitrary: fc.constant<Outcome>('failed') },
  { weight: 2, arbitrary: fc.constant<Outcome>('later') },
  { weight: 1, arbitrary: fc.constant<Outcome>('poison') },
);
export const plan: fc.Arbitrary<Plan> = fc.array(outcome, { maxLength: 4 });

export const laterMs = 3_000;

/** How a message's life must end. */
export interface Fate {
  readonly end: 'handled' | 'dead';
  /** Deliveries in all. */
  readonly calls: number;
  /** Deliveries that count as attempts. */
  readonly attempts: number;
}

export function fateOf(planned: Plan, maxAttempts: number): Fate {
  let attempts = 0;
  for (const [index, ended] of planned.entries()) {
    const calls = index + 1;
    if (ended !== 'later') attempts++;
    if (ended === 'handled') return { end: 'handled', calls, attempts };
    if (ended === 'poison' || (ended === 'failed' && attempts === maxAttempts)) return { end: 'dead', calls, attempts };
  }
  return { end: 'handled', calls: planned.length + 1, attempts: attempts + 1 };
}

/** The reason that a dead letter of this outcome must hold. */
export const reasonFor = (ended: Outcome, n: number): string => `${ended} on purpose, ${n}`;

/** Does as planned. */
export function perform(ended: Outcome, n: number): void {
  if (ended === 'failed') throw new Error(reasonFor(ended, n));
  if (ended === 'poison') throw new PoisonMessage(reasonFor(ended, n));
  if (ended === 'later') throw new RetryLater(laterMs, reasonFor(ended, n));
}

import type { Delivery } from '@portolan/kernel';
import type { DueMessage, End, Row, TimerRow } from './rows.ts';

/** What to do with a message of the queue, given what stands in its timer's row. */
export type DueVerdict =
  /** Its timer was cancelled, has fired, or sent a newer message. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'early'; readonly at: number }
  | { readonly kind: 'later'; readonly delayMs: number; readonly reason: string }
  /** It was given up before; only the queue has not learnt of it yet. */
  | { readonly kind: 'dead'; readonly reason: string }
  /** @param mark - What the row's `end` has to be before the handler is called; `null` for none. */
  | { readonly kind: 'fire'; readonly row: TimerRow; readonly mark?: End | null };

/**
 * A message is sent before its row is written: this long it is waited for. Whoever writes a row later than that has it
 * found by the sweep.
 */
export const patienceMs = 30_000;

/**
 * @param row - As it stands; `undefined` where none does.
 * @param now - Milliseconds since 1970.
 */
export function judgeDue(
  { message, attempt, at: sentAt }: Pick<Delivery<DueMessage>, 'message' | 'attempt' | 'at'>,
  row: Row | undefined,
  now: number,
  maxAttempts: number,
): DueVerdict {
  const timer = row?.kind === 'timer' ? row : undefined;
  const sameLife = timer?.life === message.life;
  if (timer === undefined || !sameLife || timer.resent < message.resent) return awaitRow(now - sentAt);
  if (timer.resent > message.resent) return { kind: 'stale' };
  if (timer.at > now) return { kind: 'early', at: timer.at };
  const { end } = timer;
  if (end?.reason !== undefined && attempt > end.attempt) return { kind: 'dead', reason: end.reason };
  const last = attempt >= maxAttempts;
  if (last) return end === undefined ? { kind: 'fire', row: timer, mark: { attempt } } : { kind: 'fire', row: timer };
  // A dead letter that was sent back begins anew.
  return end === undefined ? { kind: 'fire', row: timer } : { kind: 'fire', row: timer, mark: null };
}

/** Looks again soon after the message was sent, once more in between, and at the end of the patience. */
function awaitRow(ageMs: number): DueVerdict {
  if (ageMs >= patienceMs) return { kind: 'stale' };
  const next = [500, 5_000, patienceMs].find((lookMs) => lookMs > ageMs)!;
  return { kind: 'later', delayMs: Math.ceil(Math.min(next - ageMs, patienceMs)), reason: 'its row is awaited' };
}

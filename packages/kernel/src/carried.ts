import { fullJitter, type RetryPolicy } from './backoff.ts';
import type { Environment } from './context.ts';
import type { Consumer } from './embedded.ts';
import { reasonOf } from './errors.ts';
import type { Delivery } from './function.ts';
import { judgeFailure } from './invoke.ts';
import type { Trace } from './trace.ts';

/**
 * A message, event or timer on its way through an engine that carries text: what has to travel with it, because no engine
 * of another maker keeps all of it.
 */
export interface Carried {
  /** The same in every copy: what handlers deduplicate by. */
  readonly id: string;
  readonly message: unknown;
  /** When it was sent or, for a timer, the instant it was set for; milliseconds since 1970. */
  readonly at: number;
  /** Deliveries that failed before this copy was made; 0 for the first. */
  readonly attempts: number;
  /** It must not be delivered before, whatever the engine does; milliseconds since 1970. */
  readonly notBefore?: number;
  /** The ordering key it was sent with. */
  readonly key?: string;
  readonly trace?: Trace;
}

/** Text of a carried message: JSON with one-letter names, since every byte of it counts against the engine's limit. */
export function packCarried({ id, message, at, attempts, notBefore, key, trace }: Carried): string {
  return JSON.stringify({
    v: 1,
    i: id,
    t: at,
    ...(attempts === 0 ? {} : { a: attempts }),
    ...(notBefore === undefined ? {} : { n: notBefore }),
    ...(key === undefined ? {} : { k: key }),
    ...(trace === undefined ? {} : { p: trace.traceparent, c: trace.correlationId }),
    m: message,
  });
}

/** Bytes at most that {@link packCarried} adds to the JSON of a message whose id and key have at most 256 bytes each. */
export const carriedOverheadBytes = 1_536;

/** @returns `undefined` for a text that {@link packCarried} did not write. */
export function unpackCarried(text: string): Carried | undefined {
  let packed: Record<string, unknown> | null;
  try {
    packed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof packed !== 'object' || packed?.['v'] !== 1) return undefined;
  const { i: id, t: at, a: attempts = 0, n: notBefore, k: key, p: traceparent, c: correlationId, m: message } = packed;
  if (typeof id !== 'string' || typeof at !== 'number' || typeof attempts !== 'number') return undefined;
  return {
    id,
    message,
    at,
    attempts,
    ...(typeof notBefore === 'number' ? { notBefore } : {}),
    ...(typeof key === 'string' ? { key } : {}),
    ...(typeof traceparent === 'string' && typeof correlationId === 'string'
      ? { trace: { traceparent, correlationId } }
      : {}),
  };
}

/** What an engine handed over. */
export interface Arrival {
  readonly carried: Carried;
  /** How often the engine has handed over this very copy, this time included; at least 1. */
  readonly deliveries: number;
}

/** A message that was given up. */
export interface Buried {
  readonly carried: Carried;
  /** Deliveries made, all copies together. */
  readonly attempts: number;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly deadAt: number;
}

/** What can be done with a message that was not handled. Each resolves only when that is durable. */
export interface Outlet<A extends Arrival = Arrival> {
  /**
   * Sees to it that the message comes again, `delayMs` from now where the engine can wait that long, or else sooner: the
   * copy knows how early it may be delivered.
   *
   * @param copy - To be sent in place of what arrived, with the attempts made so far.
   * @returns `'kept'` where the engine keeps what arrived and delivers it again by itself.
   */
  again(copy: Carried, delayMs: number, arrival: A): Promise<'kept' | 'sent'>;
  bury(dead: Buried, arrival: A): Promise<void>;
}

export interface Settling<A extends Arrival = Arrival> {
  readonly retry: RetryPolicy;
  readonly environment: Pick<Environment, 'clock' | 'random' | 'log'>;
  readonly outlet: Outlet<A>;
}

/**
 * Hands what arrived to a consumer and sees to what fails: again after the port's backoff or the time that was asked for,
 * or to the dead letters. The one place that says so, for every engine that cannot by itself.
 *
 * @returns For each arrival, whether the engine may forget it. What is `left` (the outlet failed, or keeps it there) must
 *   be delivered again by the engine's own means.
 */
export function settle<A extends Arrival>(
  batch: readonly A[],
  consumer: Consumer,
  settling: Settling<A>,
): readonly Promise<'done' | 'left'>[] {
  const now = settling.environment.clock.now();
  const due = batch.filter(({ carried }) => isDue(carried, now));
  const answers = due.length === 0 ? [] : consumer(due.map(deliveryOf));
  return batch.map((arrival) => settleOne(arrival, answers[due.indexOf(arrival)], settling));
}

const isDue = ({ notBefore = 0 }: Carried, now: number): boolean => notBefore <= now;

const attemptOf = ({ carried, deliveries }: Arrival): number => carried.attempts + deliveries;

function deliveryOf(arrival: Arrival): Delivery {
  const { id, at, trace } = arrival.carried;
  // A handler may change what it is given; what is sent again or buried is what arrived.
  const message: unknown = JSON.parse(JSON.stringify(arrival.carried.message ?? null));
  return { id, message, attempt: attemptOf(arrival), at, ...(trace === undefined ? {} : { trace }) };
}

/** @param answer - `undefined` for what has come too early. */
async function settleOne<A extends Arrival>(
  arrival: A,
  answer: Promise<void> | undefined,
  settling: Settling<A>,
): Promise<'done' | 'left'> {
  const { clock, log } = settling.environment;
  try {
    if (answer === undefined) return await putOff(arrival, arrival.carried.notBefore! - clock.now(), 0, settling);
    try {
      await answer;
    } catch (error) {
      return await passOn(arrival, error, settling);
    }
    return 'done';
  } catch (error) {
    log.error('a message could not be put off or buried; its engine will deliver it again', {
      id: arrival.carried.id,
      reason: reasonOf(error),
    });
    return 'left';
  }
}

async function passOn<A extends Arrival>(arrival: A, error: unknown, settling: Settling<A>): Promise<'done' | 'left'> {
  const { retry, environment, outlet } = settling;
  const attempts = attemptOf(arrival);
  const failure = judgeFailure(error, attempts, retry.maxAttempts);
  if (failure.kind === 'dead') {
    const deadAt = environment.clock.now();
    await outlet.bury({ carried: arrival.carried, attempts, reason: reasonOf(error), deadAt }, arrival);
    return 'done';
  }
  // Whoever asked for time has not failed: the attempt does not count.
  if (failure.afterMs !== undefined) return putOff(arrival, failure.afterMs, 0, settling);
  return putOff(arrival, fullJitter(attempts, environment.random.next(), retry), 1, settling);
}

/** @param failed - 1 for a delivery that counts as an attempt, 0 for one that does not. */
async function putOff<A extends Arrival>(
  arrival: A,
  delayMs: number,
  failed: 0 | 1,
  { environment, outlet }: Settling<A>,
): Promise<'done' | 'left'> {
  const waitMs = Math.max(0, Math.ceil(delayMs));
  const copy: Carried = {
    ...arrival.carried,
    attempts: attemptOf(arrival) - 1 + failed,
    notBefore: environment.clock.now() + waitMs,
  };
  return (await outlet.again(copy, waitMs, arrival)) === 'kept' ? 'left' : 'done';
}

import type { RetryPolicy } from './backoff.ts';
import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';
import { defaultRetry } from './queue.ts';
import type { Schema } from './schema.ts';
import type { Trace } from './trace.ts';
import { days, kibibytes, seconds } from './units.ts';

/**
 * Wake-up calls. A timer is known by its id *and* its instant, so that setting one never moves another: whoever wants a
 * later call sets a new timer, and may cancel the old one or let it come and find nothing to do. This is what makes
 * "set the timer, then write the state that needs it" safe against every crash and race.
 *
 * A timer fires at least once and never before its instant by the clock of the engine. It fires until its handler
 * succeeds, at most `retry.maxAttempts` times; then it is kept as a dead letter.
 *
 * Throws {@link PortError}: `invalid` for an instant beyond the horizon; `too-large` over `maxPayloadBytes`; `throttled`,
 * `unavailable`, `timeout` from the engine.
 */
export interface Timer<Payload = unknown> {
  /**
   * Sets a timer. Idempotent: the same id and instant again changes nothing, whatever the payload, and even while that
   * timer is firing. An instant in the past fires at once. Once this resolves the timer survives a crash of any process.
   *
   * @param id - 1 to 256 bytes of UTF-8 without control characters.
   * @param at - Milliseconds since 1970; integer.
   */
  set(id: string, at: number, payload: Payload, options?: { readonly trace?: Trace }): Promise<void>;

  /** Cancels the timer of that id and instant; nothing happens where there is none. One that is firing may still come. */
  cancel(id: string, at: number): Promise<void>;
}

export interface TimerPort<
  Name extends string = string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest timer: any payload
  Payload = any,
  Needs extends object = object,
> extends Port<'timer', Name, Timer<Payload>, Needs> {
  readonly payload: Schema<Payload>;
  readonly horizonMs: number;
  readonly retry: RetryPolicy;
  readonly visibilityMs: number;
  readonly maxPayloadBytes: number;
  readonly set: Grant<Port<'timer', Name, Timer<Payload>>, 'set' | 'cancel'>;
}

export interface TimerOptions<Payload> {
  readonly payload: Schema<Payload>;
  /** How far ahead timers may be set. @default 3,660 days: 10 years and a week */
  readonly horizonMs?: number;
  /** Asks for an adapter that usually fires within a minute of the instant. @default not asked for */
  readonly prompt?: true;
  /** @default 5 attempts, 1 s doubling up to 5 min, full jitter */
  readonly retry?: RetryPolicy;
  /** How long one firing may take; the handler's deadline. @default 60 s */
  readonly visibilityMs?: number;
  /** @default 4 KiB */
  readonly maxPayloadBytes?: number;
}

type TimerNeeds<O> = (O extends { readonly prompt: true } ? { readonly prompt: true } : unknown) & object;

/** Declares timers of one payload. */
export function timer<const Name extends string, Payload, const O extends TimerOptions<Payload>>(
  name: Name,
  options: O & { readonly payload: Schema<Payload> },
): TimerPort<Name, Payload, TimerNeeds<O>> {
  checkName('timer', name);
  const horizonMs = options.horizonMs ?? days(3_660);
  const maxPayloadBytes = options.maxPayloadBytes ?? kibibytes(4);
  const port = {
    kind: 'timer',
    name,
    needs: options.prompt === undefined ? {} : { prompt: true },
    demands: { horizonMs, maxPayloadBytes },
    payload: options.payload,
    horizonMs,
    retry: options.retry ?? defaultRetry,
    visibilityMs: options.visibilityMs ?? seconds(60),
    maxPayloadBytes,
  } as const;
  return Object.assign(port, { set: grant(port, 'set', ['set', 'cancel'] as const) }) as unknown as TimerPort<
    Name,
    Payload,
    TimerNeeds<O>
  >;
}

import type { RetryPolicy } from './backoff.ts';
import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';
import type { Schema } from './schema.ts';
import type { Page } from './table.ts';
import type { Trace } from './trace.ts';
import { kibibytes, seconds } from './units.ts';

/**
 * Messages for one consumer group: at least once, in any order unless the port asks for `ordered`.
 *
 * A message that was sent is delivered until its handler succeeds, at most `retry.maxAttempts` times; then it is kept as
 * a dead letter with the reason. A delivery that gets no answer within `visibilityMs` counts as failed.
 *
 * Every method throws {@link PortError}: `invalid` for options the port did not declare (a delay, a dedupe id);
 * `too-large` over `maxMessageBytes`; `throttled`, `unavailable`, `timeout` from the engine.
 */
export interface Queue<Message = unknown> {
  /** Accepts one message. Once this resolves the message survives a crash of any process. */
  send(message: Message, options?: SendOptions): Promise<void>;

  /**
   * Accepts up to 1,000 messages, each on its own: one result for each, in order. Nothing is thrown for a single
   * message; an error thrown tells that none was accepted for sure.
   */
  sendBatch(entries: readonly QueueEntry<Message>[]): Promise<readonly SendResult[]>;

  /** Up to `limit` dead letters, the oldest first where the engine knows; a look, not a lease. */
  deadLetters(options?: DeadLetterOptions): Promise<Page<DeadLetter<Message>>>;

  /** Sends up to `limit` dead letters back, attempts at 0 again. At least once. @returns How many moved. */
  redrive(options?: { readonly limit?: number }): Promise<number>;
}

export interface SendOptions {
  /** Not delivered before this has passed; integer, 0 to the port's `maxDelayMs`. @default 0 */
  readonly delayMs?: number;
  /** A message with an id that was accepted in the last 5 minutes is accepted and dropped. Needs `dedupe`. */
  readonly dedupeId?: string;
  /** Messages of one key arrive in the order they were sent, one at a time. Needs `ordered`. @default '' */
  readonly orderingKey?: string;
  /** @default the trace of the invocation that sends */
  readonly trace?: Trace;
}

export interface QueueEntry<Message> extends SendOptions {
  readonly message: Message;
}

export type SendResult = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly error: Error };

export interface DeadLetterOptions {
  /** 1 to 100. @default 100 */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface DeadLetter<Message> {
  readonly id: string;
  readonly message: Message;
  /** Deliveries made. */
  readonly attempts: number;
  /** Why the last of them failed. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly deadAt: number;
}

/** How long an engine remembers a dedupe id. */
export const dedupeWindowMs = 300_000;
/** Messages that one `sendBatch` may have. */
export const maxSendEntries = 1_000;

export interface QueueOptions<Message> {
  readonly message: Schema<Message>;
  /** Longest delay that `send` may ask for; without it there are no delays. */
  readonly maxDelayMs?: number;
  /** Messages of one ordering key stay in order. */
  readonly ordered?: true;
  /** Duplicates are dropped by id. */
  readonly dedupe?: true;
  /** @default 5 attempts, 1 s doubling up to 5 min, full jitter */
  readonly retry?: RetryPolicy;
  /** How long one delivery may take; the handler's deadline. @default 30 s */
  readonly visibilityMs?: number;
  /** @default 45 KiB, which every cloud can carry: Storage Queue takes 64 KiB in base64, envelope included */
  readonly maxMessageBytes?: number;
}

type QueueNeeds<O> = (O extends { readonly maxDelayMs: number } ? { readonly delay: true } : unknown) &
  (O extends { readonly ordered: true } ? { readonly ordered: true } : unknown) &
  (O extends { readonly dedupe: true } ? { readonly dedupe: true } : unknown) &
  object;

export interface QueuePort<
  Name extends string = string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest queue: any message
  Message = any,
  Needs extends object = object,
> extends Port<'queue', Name, Queue<Message>, Needs> {
  readonly message: Schema<Message>;
  readonly maxDelayMs: number;
  readonly ordered: boolean;
  readonly dedupe: boolean;
  readonly retry: RetryPolicy;
  readonly visibilityMs: number;
  readonly maxMessageBytes: number;
  readonly send: Grant<Port<'queue', Name, Queue<Message>>, 'send' | 'sendBatch'>;
  /** Look at the dead letters and send them back. */
  readonly redrive: Grant<Port<'queue', Name, Queue<Message>>, 'deadLetters' | 'redrive'>;
}

export const defaultRetry: RetryPolicy = { maxAttempts: 5, baseMs: 1_000, capMs: 300_000 };

/** Declares a queue. */
export function queue<const Name extends string, Message, const O extends QueueOptions<Message>>(
  name: Name,
  options: O & { readonly message: Schema<Message> },
): QueuePort<Name, Message, QueueNeeds<O>> {
  checkName('queue', name);
  const maxMessageBytes = options.maxMessageBytes ?? kibibytes(45);
  const port = {
    kind: 'queue',
    name,
    needs: {
      ...(options.maxDelayMs === undefined ? {} : { delay: true }),
      ...(options.ordered === undefined ? {} : { ordered: true }),
      ...(options.dedupe === undefined ? {} : { dedupe: true }),
    },
    demands: { maxMessageBytes, ...(options.maxDelayMs === undefined ? {} : { maxDelayMs: options.maxDelayMs }) },
    message: options.message,
    maxDelayMs: options.maxDelayMs ?? 0,
    ordered: options.ordered ?? false,
    dedupe: options.dedupe ?? false,
    retry: options.retry ?? defaultRetry,
    visibilityMs: options.visibilityMs ?? seconds(30),
    maxMessageBytes,
  } as const;
  const made = Object.assign(port, {
    send: grant(port, 'send', ['send', 'sendBatch'] as const),
    redrive: grant(port, 'redrive', ['deadLetters', 'redrive'] as const),
  });
  return made as unknown as QueuePort<Name, Message, QueueNeeds<O>>;
}

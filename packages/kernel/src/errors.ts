/**
 * Every way a port may fail. Callers branch on the code, never on the message.
 *
 * - `invalid`: the caller's argument breaks the contract; repeating it cannot help.
 * - `not-found`: what was named does not exist.
 * - `conflict`: concurrent writers kept winning; the whole decision may be made again.
 * - `too-large`: a size limit of the port or its engine was passed.
 * - `throttled`: the engine asks for a slower pace; repeat later.
 * - `unavailable`: the engine could not be reached or is shutting down; repeat later.
 * - `timeout`: no answer in time; the effect may or may not have happened.
 * - `unauthorized`: the engine refused these credentials or this right.
 * - `unsupported`: this adapter cannot do it, ever; its documentation says so.
 * - `corrupted`: stored data does not have the shape that its declaration promises.
 * - `internal`: a fault of the adapter itself.
 */
export const errorCodes = [
  'invalid',
  'not-found',
  'conflict',
  'too-large',
  'throttled',
  'unavailable',
  'timeout',
  'unauthorized',
  'unsupported',
  'corrupted',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An operational failure of a port: what an adapter throws, with the vendor's error kept as `cause`. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same call may succeed later, unchanged. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }
}

const retryableCodes: ReadonlySet<ErrorCode> = new Set(['conflict', 'throttled', 'unavailable', 'timeout']);

/** Thrown by a handler to have its message delivered again no sooner than `delayMs` from now. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delayMs: number;

  /** @param delayMs - Milliseconds, at least 0. It never uses the message up: only failures lead to the dead letters. */
  constructor(delayMs: number, reason = 'the handler asked for a later delivery') {
    super(reason);
    this.delayMs = delayMs;
  }
}

/** Thrown by a handler when no redelivery can help: the message goes to the dead letters at once, with this reason. */
export class PoisonMessage extends Error {
  override readonly name = 'PoisonMessage';
}

/** The one-line reason to record of anything thrown. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

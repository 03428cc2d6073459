import { PortError, type ErrorCode } from '@portolan/kernel';
import { codeOfStatus } from '@portolan/node';
import { GoogleFault, NoAnswer } from './google-fault.ts';

/** @see https://cloud.google.com/apis/design/errors#handling_errors */
const byStatus: Readonly<Record<string, ErrorCode>> = {
  INVALID_ARGUMENT: 'invalid',
  OUT_OF_RANGE: 'invalid',
  // What exists is not as the adapter needs it: an index, a queue's state.
  FAILED_PRECONDITION: 'internal',
  NOT_FOUND: 'not-found',
  ALREADY_EXISTS: 'conflict',
  ABORTED: 'conflict',
  RESOURCE_EXHAUSTED: 'throttled',
  UNAVAILABLE: 'unavailable',
  INTERNAL: 'unavailable',
  UNKNOWN: 'unavailable',
  DEADLINE_EXCEEDED: 'timeout',
  CANCELLED: 'timeout',
  UNAUTHENTICATED: 'unauthorized',
  PERMISSION_DENIED: 'unauthorized',
  UNIMPLEMENTED: 'unsupported',
  DATA_LOSS: 'corrupted',
};

// Google's APIs have no code of its own for what is too large: Firestore, Pub/Sub and Cloud Tasks say it in words.
const tooLarge = /exceeds the (maximum|limit)|maximum (allowed )?size|longer than \d+ bytes|too large|size limit/i;

/**
 * Tells a failure of Google's APIs, or of the way to them, in the words of the ports.
 *
 * @param what - What was being done, with the port's name: `table "tasks": put`.
 * @returns The error itself where it is a {@link PortError} already; the vendor's is kept as `cause`.
 */
export function portErrorOf(error: unknown, what: string): PortError {
  if (error instanceof PortError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PortError(codeOf(error, message), `${what}: ${message}`, { cause: error });
}

function codeOf(error: unknown, message: string): ErrorCode {
  if (error instanceof NoAnswer) return 'timeout';
  if (error instanceof GoogleFault) {
    const code = byStatus[error.status] ?? codeOfStatus(error.httpStatus);
    if (code === 'invalid' && tooLarge.test(message)) return 'too-large';
    return code ?? 'internal';
  }
  if (isNetworkError(error)) return 'unavailable';
  // What google-auth-library throws has no class of its own.
  return /credentials|invalid_grant|metadata server/i.test(message) ? 'unauthorized' : 'internal';
}

/** Whether a connection could not be made, or broke. */
export function isNetworkError(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^(E[A-Z_]+|UND_ERR_.*)$/.test(code);
}

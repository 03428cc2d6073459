/** A refusal of a Google API: the error body that all of them share. */
export class GoogleFault extends Error {
  override readonly name = 'GoogleFault';
  readonly httpStatus: number;
  /** The canonical code: `NOT_FOUND`, `ABORTED`; `''` where the answer held none. */
  readonly status: string;

  constructor(httpStatus: number, status: string, message: string) {
    super(message);
    this.httpStatus = httpStatus;
    this.status = status;
  }
}

/** No answer within the time that a call may take. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Reads the body of a refusal.
 *
 * @see https://cloud.google.com/apis/design/errors#http_mapping
 */
export function googleFaultOf(httpStatus: number, body: string): GoogleFault {
  try {
    const parsed: unknown = JSON.parse(body);
    // Methods that answer with a stream of JSON wrap even their errors in an array.
    const { error } = (Array.isArray(parsed) ? parsed[0] : parsed) as { error?: ErrorBody };
    if (error !== undefined) return new GoogleFault(httpStatus, statusOf(error), error.message ?? `HTTP ${httpStatus}`);
  } catch {
    // Proxies and load balancers answer with HTML.
  }
  return new GoogleFault(httpStatus, '', `HTTP ${httpStatus}: ${body.slice(0, 200)}`);
}

interface ErrorBody {
  readonly status?: string;
  readonly message?: string;
  /** Of older APIs, as Cloud Storage, which name no canonical code. */
  readonly errors?: readonly { readonly reason?: string }[];
}

/** @see https://cloud.google.com/storage/docs/json_api/v1/status-codes */
function statusOf({ status, errors }: ErrorBody): string {
  if (status !== undefined) return status;
  return /rateLimitExceeded$/i.test(errors?.[0]?.reason ?? '') ? 'RESOURCE_EXHAUSTED' : '';
}

/** The canonical codes of gRPC by number, as batch answers give them. */
const codes: Readonly<Record<number, readonly [httpStatus: number, status: string]>> = {
  1: [499, 'CANCELLED'],
  2: [500, 'UNKNOWN'],
  3: [400, 'INVALID_ARGUMENT'],
  4: [504, 'DEADLINE_EXCEEDED'],
  5: [404, 'NOT_FOUND'],
  6: [409, 'ALREADY_EXISTS'],
  7: [403, 'PERMISSION_DENIED'],
  8: [429, 'RESOURCE_EXHAUSTED'],
  9: [400, 'FAILED_PRECONDITION'],
  10: [409, 'ABORTED'],
  11: [400, 'OUT_OF_RANGE'],
  12: [501, 'UNIMPLEMENTED'],
  13: [500, 'INTERNAL'],
  14: [503, 'UNAVAILABLE'],
  15: [500, 'DATA_LOSS'],
  16: [401, 'UNAUTHENTICATED'],
};

/** The refusal of one part of a batch. @see https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
export function googleFaultOfCode(code: number, message: string): GoogleFault {
  const [httpStatus, status] = codes[code] ?? [500, 'UNKNOWN'];
  return new GoogleFault(httpStatus, status, message);
}

export const hasHttpStatus = (error: unknown, ...statuses: readonly number[]): error is GoogleFault =>
  error instanceof GoogleFault && statuses.includes(error.httpStatus);

export const hasStatus = (error: unknown, ...statuses: readonly string[]): error is GoogleFault =>
  error instanceof GoogleFault && statuses.includes(error.status);

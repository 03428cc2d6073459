import { PortError, type ErrorCode } from '@portolan/kernel';
import { codeOfStatus } from '@portolan/node';

/** What the clients of Azure throw, as far as it is looked at: a RestError of core-rest-pipeline, or what a socket threw. */
interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: {
    readonly errorCode?: string;
    readonly odataError?: { readonly code?: string };
    readonly error?: { readonly code?: string };
  };
}

/**
 * The code that the service names, `EntityAlreadyExists`; or the client's own, `ECONNREFUSED`.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 * @see https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
export function serviceCodeOf(error: unknown): string | undefined {
  const { code, details } = error as Failure;
  return details?.odataError?.code ?? details?.errorCode ?? details?.error?.code ?? code;
}

/** The HTTP status that the service answered; `undefined` where it did not answer. */
export const statusOf = (error: unknown): number | undefined => (error as Failure).statusCode;

const byService: Readonly<Record<string, ErrorCode>> = {
  EntityTooLarge: 'too-large',
  PropertyValueTooLarge: 'too-large',
  RequestBodyTooLarge: 'too-large',
  KeyValueTooLarge: 'too-large',
  ServerBusy: 'throttled',
  OperationTimedOut: 'timeout',
  InvalidAuthenticationInfo: 'unauthorized',
};

/** Of a request that got no answer. */
const bySocket: Readonly<Record<string, ErrorCode>> = {
  ETIMEDOUT: 'timeout',
  ESOCKETTIMEDOUT: 'timeout',
  REQUEST_ABORTED_ERROR: 'timeout',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
  EPIPE: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  REQUEST_SEND_ERROR: 'unavailable',
};

/** What @azure/identity throws where no credential is to be had. */
const byName: Readonly<Record<string, ErrorCode>> = {
  AbortError: 'timeout',
  AuthenticationError: 'unauthorized',
  AggregateAuthenticationError: 'unauthorized',
  AuthenticationRequiredError: 'unauthorized',
  CredentialUnavailableError: 'unauthorized',
};

/**
 * The error of a port for whatever a client of Azure threw; the client has made its retries by then.
 *
 * A clock that is more than 15 minutes off has requests refused with 403, which is `unauthorized`: the clients correct no
 * skew.
 *
 * @param what - Was being done, `table "tasks": put`.
 */
export function portErrorOf(error: unknown, what: string): PortError {
  if (error instanceof PortError) return error;
  const { name, message } = error as Failure;
  const detail = (message ?? String(error)).split('\n', 1)[0]!.slice(0, 300);
  const service = serviceCodeOf(error);
  return new PortError(codeOf(error), `${what}: ${service ?? name ?? 'error'}: ${detail}`, { cause: error });
}

function codeOf(error: unknown): ErrorCode {
  const { name } = error as Failure;
  const status = statusOf(error);
  const service = serviceCodeOf(error);
  return (
    (service === undefined ? undefined : byService[service]) ??
    (status === undefined ? undefined : codeOfStatus(status)) ??
    (service === undefined ? undefined : bySocket[service]) ??
    (name === undefined ? undefined : byName[name]) ??
    'internal'
  );
}

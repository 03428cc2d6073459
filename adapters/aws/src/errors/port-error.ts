import { PortError, type ErrorCode } from '@portolan/kernel';
import { codeOfStatus } from '@portolan/node';

/** What the SDK throws, as far as it tells what went wrong. */
interface VendorError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  readonly $retryable?: { readonly throttling?: boolean };
}

/**
 * Names of errors by what they mean to a caller. Connection errors have a `code` of Node instead.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  // More often than the account or the table may.
  ProvisionedThroughputExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  SlowDown: 'throttled',
  LimitExceededException: 'throttled',
  OverLimit: 'throttled',
  KmsThrottled: 'throttled',
  KMSThrottling: 'throttled',
  KMSThrottlingException: 'throttled',
  // Other writers.
  TransactionConflictException: 'conflict',
  TransactionInProgressException: 'conflict',
  ConditionalCheckFailedException: 'conflict',
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
  PreconditionFailed: 'conflict',
  // Who asks.
  AccessDenied: 'unauthorized',
  AccessDeniedException: 'unauthorized',
  AuthorizationError: 'unauthorized',
  AuthorizationErrorException: 'unauthorized',
  CredentialsProviderError: 'unauthorized',
  ExpiredToken: 'unauthorized',
  ExpiredTokenException: 'unauthorized',
  ForbiddenException: 'unauthorized',
  IncompleteSignature: 'unauthorized',
  InvalidClientTokenId: 'unauthorized',
  InvalidSignatureException: 'unauthorized',
  InvalidSecurity: 'unauthorized',
  KMSAccessDeniedException: 'unauthorized',
  KmsAccessDenied: 'unauthorized',
  MissingAuthenticationToken: 'unauthorized',
  MissingAuthenticationTokenException: 'unauthorized',
  NotAuthorized: 'unauthorized',
  OptInRequired: 'unauthorized',
  SignatureDoesNotMatch: 'unauthorized',
  TokenProviderError: 'unauthorized',
  UnrecognizedClientException: 'unauthorized',
  // What is asked for.
  GoneException: 'not-found',
  NoSuchBucket: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchUpload: 'not-found',
  NotFound: 'not-found',
  NotFoundException: 'not-found',
  QueueDoesNotExist: 'not-found',
  'AWS.SimpleQueueService.NonExistentQueue': 'not-found',
  ResourceNotFoundException: 'not-found',
  TableNotFoundException: 'not-found',
  // How it is asked for.
  BatchRequestTooLong: 'too-large',
  'AWS.SimpleQueueService.BatchRequestTooLong': 'too-large',
  EntityTooLarge: 'too-large',
  ItemCollectionSizeLimitExceededException: 'too-large',
  RequestEntityTooLarge: 'too-large',
  PayloadTooLargeException: 'too-large',
  InvalidMessageContents: 'invalid',
  InvalidParameter: 'invalid',
  InvalidParameterException: 'invalid',
  InvalidParameterValue: 'invalid',
  ParameterValueInvalid: 'invalid',
  ParameterValueInvalidException: 'invalid',
  ValidationException: 'invalid',
  ValidationError: 'invalid',
  UnsupportedOperation: 'unsupported',
  // Nobody answers.
  TimeoutError: 'timeout',
  RequestTimeout: 'timeout',
  RequestTimeoutException: 'timeout',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'timeout',
  EPIPE: 'timeout',
  ECONNREFUSED: 'unavailable',
  EAI_AGAIN: 'unavailable',
  ENOTFOUND: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  InternalServerError: 'unavailable',
  InternalErrorException: 'unavailable',
  InternalException: 'unavailable',
  InternalFailure: 'unavailable',
  InternalError: 'unavailable',
  ServiceUnavailable: 'unavailable',
  ServiceUnavailableException: 'unavailable',
};

/** How engines say in words that something has too many bytes: they have no code of its own for it. */
const tooLarge = /size (?:has )?exceeded|exceeds? the maximum|must be shorter than|message too long|too long/i;

/**
 * What an error of the SDK means, once its own retries are used up.
 *
 * @param what - The subject of the message: `table "tasks"`.
 * @returns The error itself where it is a PortError; otherwise one of the closed codes, with the SDK's error as cause.
 */
export function portErrorOf(error: unknown, what: string): PortError {
  if (error instanceof PortError) return error;
  const { name = 'Error', message = String(error) } = (error ?? {}) as VendorError;
  return new PortError(codeOf((error ?? {}) as VendorError), `${what}: ${name}: ${message}`, { cause: error });
}

function codeOf({ name = '', code = '', message = '', $metadata, $retryable }: VendorError): ErrorCode {
  if ($retryable?.throttling === true) return 'throttled';
  // "Socket timed out" while connecting: nothing was sent.
  if (name === 'TimeoutError' && /connect/i.test(message)) return 'unavailable';
  const known = own(codes, name) ?? own(codes, code) ?? own(codes, wrappedCode(message));
  if (known === 'invalid' && tooLarge.test(message)) return 'too-large';
  if (known !== undefined) return known;
  const status = $metadata?.httpStatusCode ?? 0;
  return codeOfStatus(status) ?? (status >= 400 ? 'invalid' : 'internal');
}

/** The code in what the SDK wraps as text: errors that are none of its own realm's, as those of Node are to a test. */
const wrappedCode = (message: string): string =>
  /^AWS SDK error wrapper for .*?\b(E[A-Z_]{3,})\b/.exec(message)?.[1] ?? '';

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

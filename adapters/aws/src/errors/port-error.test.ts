import { PortError } from '@portolan/kernel';
import { portErrorOf } from './port-error.ts';

const vendor = (name: string, message = 'no', rest: object = {}): Error =>
  Object.assign(new Error(message), { name, ...rest });

test.each([
  ['throttled', vendor('ProvisionedThroughputExceededException')],
  ['throttled', vendor('Odd', 'slow down', { $retryable: { throttling: true } })],
  ['throttled', vendor('Odd', 'no', { $metadata: { httpStatusCode: 429 } })],
  ['throttled', vendor('LimitExceededException')],
  ['throttled', vendor('SlowDown', 'no', { $metadata: { httpStatusCode: 503 } })],
  ['conflict', vendor('TransactionConflictException')],
  ['conflict', vendor('ConditionalRequestConflict', 'no', { $metadata: { httpStatusCode: 409 } })],
  ['unauthorized', vendor('CredentialsProviderError')],
  ['unauthorized', vendor('Odd', 'no', { $metadata: { httpStatusCode: 403 } })],
  ['not-found', vendor('QueueDoesNotExist')],
  ['not-found', vendor('NoSuchBucket')],
  ['not-found', vendor('ResourceNotFoundException')],
  ['too-large', vendor('ValidationException', 'Item size has exceeded the maximum allowed size')],
  ['too-large', vendor('InvalidParameterValue', 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.')], // prettier-ignore
  ['too-large', vendor('BatchRequestTooLong')],
  ['invalid', vendor('ValidationException', 'The provided key element does not match the schema')],
  ['invalid', vendor('Odd', 'no', { $metadata: { httpStatusCode: 400 } })],
  ['invalid', vendor('InvalidRange', 'no', { $metadata: { httpStatusCode: 416 } })],
  ['too-large', vendor('EntityTooLarge')],
  ['timeout', vendor('TimeoutError', 'no answer within 10000 ms')],
  ['timeout', vendor('Error', 'socket hang up', { code: 'ECONNRESET' })],
  ['unavailable', vendor('TimeoutError', 'Socket timed out without establishing a connection within 1000 ms')],
  ['unavailable', vendor('Error', 'connect', { code: 'ECONNREFUSED' })],
  ['unavailable', vendor('Error', 'AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:1')],
  ['unavailable', vendor('Odd', 'no', { $metadata: { httpStatusCode: 503 } })],
  ['unsupported', vendor('UnsupportedOperation')],
  ['internal', new TypeError('a fault of ours')],
  ['internal', vendor('constructor')],
] as const)('takes for "%s": %s', (code, error) => {
  const told = portErrorOf(error, 'table "tasks"');
  expect(told).toBeInstanceOf(PortError);
  expect(told.code).toBe(code);
  expect(told.cause).toBe(error);
  expect(told.message).toContain('table "tasks": ');
});

test('leaves a PortError as it is', () => {
  const error = new PortError('invalid', 'no');
  expect(portErrorOf(error, 'x')).toBe(error);
});

test('makes something of anything thrown', () => {
  expect(portErrorOf(undefined, 'x').code).toBe('internal');
  expect(portErrorOf('text', 'x').message).toContain('text');
});

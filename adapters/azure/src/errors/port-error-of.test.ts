import { PortError } from '@portolan/kernel';
import { portErrorOf, serviceCodeOf } from './port-error-of.ts';

const rest = (statusCode: number, code?: string) =>
  Object.assign(new Error('the service said no\nRequestId: 1'), {
    name: 'RestError',
    statusCode,
    details: { odataError: { code } },
  });
const socket = (code: string) => Object.assign(new Error(`connect ${code}`), { name: 'RestError', code });
const named = (name: string) => Object.assign(new Error('no credential'), { name });

test.each([
  [rest(400, 'InvalidInput'), 'invalid'],
  [rest(400, 'EntityTooLarge'), 'too-large'],
  [rest(400, 'PropertyValueTooLarge'), 'too-large'],
  [rest(413, 'RequestBodyTooLarge'), 'too-large'],
  [rest(400, 'InvalidAuthenticationInfo'), 'unauthorized'],
  [rest(401), 'unauthorized'],
  [rest(403, 'AuthenticationFailed'), 'unauthorized'],
  [rest(403, 'AuthorizationPermissionMismatch'), 'unauthorized'],
  [rest(404, 'TableNotFound'), 'not-found'],
  [rest(409, 'EntityAlreadyExists'), 'conflict'],
  [rest(412, 'UpdateConditionNotSatisfied'), 'conflict'],
  [rest(429, 'TooManyRequests'), 'throttled'],
  [rest(503, 'ServerBusy'), 'throttled'],
  [rest(503), 'unavailable'],
  [rest(500, 'OperationTimedOut'), 'timeout'],
  [rest(500, 'InternalError'), 'unavailable'],
  [rest(504), 'timeout'],
  [rest(418), 'internal'],
  [socket('ECONNREFUSED'), 'unavailable'],
  [socket('ENOTFOUND'), 'unavailable'],
  [socket('ETIMEDOUT'), 'timeout'],
  [named('AbortError'), 'timeout'],
  [named('CredentialUnavailableError'), 'unauthorized'],
  [named('AggregateAuthenticationError'), 'unauthorized'],
  [new TypeError('x is not a function'), 'internal'],
] as const)('%s becomes "%s", and is kept as the cause', (error, code) => {
  const made = portErrorOf(error, 'table "tasks": put');
  expect(made.code).toBe(code);
  expect(made.cause).toBe(error);
});

test('says what was being done, and what the service named, on one line', () => {
  expect(portErrorOf(rest(503, 'ServerBusy'), 'queue "jobs": send').message).toBe(
    'queue "jobs": send: ServerBusy: the service said no',
  );
});

test('leaves an error of a port as it is', () => {
  const own = new PortError('conflict', 'mine');
  expect(portErrorOf(own, 'anything')).toBe(own);
});

test('finds the code of a service wherever its client has put it', () => {
  expect(serviceCodeOf({ details: { errorCode: 'QueueNotFound' } })).toBe('QueueNotFound');
  expect(serviceCodeOf({ code: 'PopReceiptMismatch' })).toBe('PopReceiptMismatch');
  expect(serviceCodeOf({ details: { error: { code: 'Unauthorized' } } })).toBe('Unauthorized');
  expect(serviceCodeOf(new Error('none'))).toBeUndefined();
});

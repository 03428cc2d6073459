import { PortError } from '@portolan/kernel';
import { GoogleFault, googleFaultOf, googleFaultOfCode, NoAnswer } from './google-fault.ts';
import { portErrorOf } from './port-error-of.ts';

const fault = (httpStatus: number, status: string, message = 'why'): GoogleFault =>
  new GoogleFault(httpStatus, status, message);

test.each([
  [fault(400, 'INVALID_ARGUMENT'), 'invalid'],
  [fault(400, 'INVALID_ARGUMENT', 'The value of property "j" is longer than 1048487 bytes.'), 'too-large'],
  [fault(400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 11534336 bytes.'), 'too-large'],
  [fault(413, ''), 'too-large'],
  [fault(412, ''), 'conflict'],
  [fault(416, ''), 'invalid'],
  [fault(404, 'NOT_FOUND'), 'not-found'],
  [fault(409, 'ALREADY_EXISTS'), 'conflict'],
  [fault(409, 'ABORTED'), 'conflict'],
  [fault(429, 'RESOURCE_EXHAUSTED'), 'throttled'],
  [fault(503, 'UNAVAILABLE'), 'unavailable'],
  [fault(500, 'INTERNAL'), 'unavailable'],
  [fault(502, ''), 'unavailable'],
  [fault(504, 'DEADLINE_EXCEEDED'), 'timeout'],
  [new NoAnswer('none'), 'timeout'],
  [fault(401, 'UNAUTHENTICATED'), 'unauthorized'],
  [fault(403, 'PERMISSION_DENIED'), 'unauthorized'],
  [new Error('Could not load the default credentials.'), 'unauthorized'],
  [fault(501, 'UNIMPLEMENTED'), 'unsupported'],
  [fault(400, 'FAILED_PRECONDITION'), 'internal'],
  [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'unavailable'],
  [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'unavailable'],
  [new TypeError('x is undefined'), 'internal'],
])('%s is %s', (error, code) => {
  const told = portErrorOf(error, 'table "tasks": put');
  expect(told).toBeInstanceOf(PortError);
  expect([told.code, told.cause]).toEqual([code, error]);
  expect(told.message).toBe(`table "tasks": put: ${error.message}`);
});

test('leaves what is told in the words of the ports already', () => {
  const error = new PortError('invalid', 'no');
  expect(portErrorOf(error, 'x')).toBe(error);
});

test('reads refusals of every form', () => {
  const body = JSON.stringify({ error: { code: 404, status: 'NOT_FOUND', message: 'gone' } });
  for (const text of [body, `[${body}]`])
    expect(googleFaultOf(404, text)).toMatchObject({ httpStatus: 404, status: 'NOT_FOUND', message: 'gone' });
  const limited = { error: { code: 403, message: 'slow', errors: [{ domain: 'x', reason: 'userRateLimitExceeded' }] } };
  expect(googleFaultOf(403, JSON.stringify(limited))).toMatchObject({ status: 'RESOURCE_EXHAUSTED' });
  const unnamed = { error: { code: 404, message: 'No such object', errors: [{ reason: 'notFound' }] } };
  expect(googleFaultOf(404, JSON.stringify(unnamed))).toMatchObject({ httpStatus: 404, status: '' });
  expect(googleFaultOf(502, '<html>')).toMatchObject({ httpStatus: 502, status: '', message: 'HTTP 502: <html>' });
  expect(googleFaultOf(500, 'null')).toMatchObject({ httpStatus: 500, status: '' });
  expect(googleFaultOfCode(6, 'there')).toMatchObject({ httpStatus: 409, status: 'ALREADY_EXISTS', message: 'there' });
  expect(googleFaultOfCode(99, 'what')).toMatchObject({ httpStatus: 500, status: 'UNKNOWN' });
});

import { GoogleFault, NoAnswer } from '../errors/google-fault.ts';
import { maxCalls, retryAfterMs } from './retries.ts';

const network = (code: string): Error => Object.assign(new Error(code), { code });
const fault = (httpStatus: number, status: string): GoogleFault => new GoogleFault(httpStatus, status, status);

test.each([
  ['a quota that is used up', fault(429, 'RESOURCE_EXHAUSTED'), true, true],
  ['contention', fault(409, 'ABORTED'), true, true],
  ['a connection that was never made', network('ECONNREFUSED'), true, true],
  ['a name that was not found', network('EAI_AGAIN'), true, true],
  ['an API that is down', fault(503, 'UNAVAILABLE'), true, false],
  ['a fault of the API', fault(500, 'INTERNAL'), true, false],
  ['a proxy that gave up', fault(502, ''), true, false],
  ['a connection that broke', network('ECONNRESET'), true, false],
  ['no answer', new NoAnswer('none'), true, false],
  ['a refusal', fault(400, 'INVALID_ARGUMENT'), false, false],
  ['what exists', fault(409, 'ALREADY_EXISTS'), false, false],
  ['a right that is missing', fault(403, 'PERMISSION_DENIED'), false, false],
  ['a fault of our own', new TypeError('x is undefined'), false, false],
])('after %s', (_, error, repeatable, unrepeatable) => {
  expect(retryAfterMs(error, 1, true, 0.5) !== undefined).toBe(repeatable);
  expect(retryAfterMs(error, 1, false, 0.5) !== undefined).toBe(unrepeatable);
});

test('waits longer each time, by full jitter, and gives up after five calls', () => {
  const error = fault(503, 'UNAVAILABLE');
  const ceilings = Array.from({ length: maxCalls }, (_, calls) => retryAfterMs(error, calls + 1, true, 0.999_999));
  expect(ceilings).toEqual([100, 200, 400, 800, undefined]);
  expect(retryAfterMs(error, 4, true, 0)).toBe(0);
});

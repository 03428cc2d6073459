import { codeOfStatus } from './status-code.ts';

test.each([
  [200, undefined],
  [304, undefined],
  [400, 'invalid'],
  [403, 'unauthorized'],
  [408, 'timeout'],
  [412, 'conflict'],
  [413, 'too-large'],
  [418, undefined],
  [429, 'throttled'],
  [500, 'unavailable'],
  [501, 'unsupported'],
  [503, 'unavailable'],
  [504, 'timeout'],
  [599, 'unavailable'],
])('status %i is %s', (status, code) => {
  expect(codeOfStatus(status)).toBe(code);
});

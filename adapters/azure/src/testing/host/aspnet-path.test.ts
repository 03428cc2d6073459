import { aspNetPath } from './aspnet-path.ts';

test.each([
  ['/notes/a', '/notes/a'],
  ['/notes/caf%C3%A9%20100%25', '/notes/caf%C3%A9%20100%25'],
  ['/notes/a%2Fb', '/notes/a%2Fb'],
  ['/notes/%61%40', '/notes/a@'],
  ['/notes/%ff%41', '/notes/%ff%41'],
  ['/a/./b/../c', '/a/c'],
  ['/a/%2e%2e/b', '/b'],
  ['/a/..', '/'],
  ['/notes/%F0%9F%98%80', '/notes/%F0%9F%98%80'],
  // What the host cannot keep: an escaped per cent sign before two hexadecimal digits.
  ['/notes/%2541', '/notes/%41'],
])('%s is handed over as %s', (sent, given) => expect(aspNetPath(sent)).toBe(given));

import type { ErrorCode } from '@portolan/kernel';

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  408: 'timeout',
  409: 'conflict',
  412: 'conflict',
  413: 'too-large',
  416: 'invalid',
  429: 'throttled',
  501: 'unsupported',
  504: 'timeout',
};

/**
 * What the status of a cloud's answer means in the words of the ports, where nothing in it says so more closely: a
 * proxy's, a load balancer's.
 *
 * @returns `undefined` for what tells of no failure that is known.
 */
export const codeOfStatus = (status: number): ErrorCode | undefined =>
  codes[status] ?? (status >= 500 ? 'unavailable' : undefined);

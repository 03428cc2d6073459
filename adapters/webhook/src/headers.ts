import { validateHeaderName, validateHeaderValue } from 'node:http';
import { PortError } from '@portolan/kernel';
import { isReservedHeader } from '@portolan/scheduling';

/**
 * The headers of one request: the task's own, then the sender's.
 *
 * @throws {PortError} `invalid` for a reserved name, and for a name or value that could not stand in a header. The domain
 *   refuses such tasks; one that comes through regardless must not reach the wire.
 */
export function requestHeaders(
  own: Readonly<Record<string, string>>,
  sender: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const name of Object.keys(own)) {
    if (isReservedHeader(name)) throw new PortError('invalid', `webhook header "${name}" is set by the sender alone`);
  }
  const headers = { ...own, ...sender };
  for (const [name, value] of Object.entries(headers)) check(name, value);
  return headers;
}

function check(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw new PortError('invalid', `webhook header ${JSON.stringify(name)} is malformed`, { cause: error });
  }
}

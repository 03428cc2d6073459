import { validateHeaderName, validateHeaderValue } from 'node:http';
import { PortError } from '@portolan/kernel';

/** What only the sender may say: it frames the message, signs it, or picks the connection. */
const reserved =
  /^(?:webhook-.*|host|content-length|content-type|content-encoding|connection|keep-alive|transfer-encoding|te|trailer|upgrade|proxy-.*|expect|user-agent)$/i;

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
    if (reserved.test(name)) throw new PortError('invalid', `webhook header "${name}" is set by the sender alone`);
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

import { PortError } from './errors.ts';
import type { Port } from './port.ts';
import { checkKeyPart } from './table-keys.ts';
import type { TimerPort } from './timer.ts';
import { formatDuration, utf8Bytes } from './units.ts';

/**
 * A message of a port as JSON, checked against the port's size.
 *
 * @param maxBytes - Of the JSON in UTF-8.
 * @throws {PortError} `invalid` for what JSON cannot carry; `too-large` over `maxBytes`.
 */
export function encodeMessage({ kind, name }: Pick<Port, 'kind' | 'name'>, message: unknown, maxBytes: number): string {
  const json = JSON.stringify(message) as string | undefined;
  if (json === undefined)
    throw new PortError('invalid', `${kind} "${name}": ${String(message)} cannot be written as JSON`);
  // A UTF-16 unit is at most three bytes of UTF-8: most messages need no second look.
  const sizeBytes = json.length * 3 <= maxBytes ? 0 : utf8Bytes(json);
  if (sizeBytes <= maxBytes) return json;
  throw new PortError('too-large', `${kind} "${name}": a message has ${sizeBytes} bytes; at most ${maxBytes} fit`);
}

/**
 * The payload of a timer as JSON, with all that it is set with checked.
 *
 * @param now - Milliseconds since 1970.
 * @throws {PortError} `invalid` for a malformed id, an instant that is no integer or beyond the horizon, and a payload
 *   that JSON cannot carry; `too-large` over the port's `maxPayloadBytes`.
 */
export function encodeTimer(port: TimerPort, id: string, at: number, payload: unknown, now: number): string {
  const { name, horizonMs, maxPayloadBytes } = port;
  checkKeyPart(name, 'id', id);
  if (!Number.isSafeInteger(at) || at > now + horizonMs) {
    const within = formatDuration(horizonMs);
    throw new PortError('invalid', `timer "${name}": ${at} is not an instant within ${within} from now`);
  }
  return encodeMessage(port, payload, maxPayloadBytes);
}

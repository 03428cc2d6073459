import { checkKeyPart, formatDuration, PortError, utf8Bytes, type TimerPort } from '@portolan/kernel';

/**
 * Checks what a timer is about to be set with.
 *
 * @throws {PortError} `invalid` for a malformed id, an instant that is no integer or beyond the horizon, and a payload
 *   that JSON cannot carry; `too-large` over the port's `maxPayloadBytes`.
 */
export function checkTimer(port: TimerPort, id: string, at: number, payload: unknown, now: number): void {
  checkKeyPart(port.name, 'id', id);
  if (!Number.isSafeInteger(at) || at > now + port.horizonMs) {
    throw new PortError(
      'invalid',
      `timer "${port.name}": ${at} is not an instant within ${formatDuration(port.horizonMs)} from now`,
    );
  }
  const json = JSON.stringify(payload) as string | undefined;
  if (json === undefined)
    throw new PortError('invalid', `timer "${port.name}": ${String(payload)} cannot be written as JSON`);
  // A UTF-16 unit is at most three bytes of UTF-8: most payloads need no second look.
  const sizeBytes = json.length * 3 <= port.maxPayloadBytes ? 0 : utf8Bytes(json);
  if (sizeBytes <= port.maxPayloadBytes) return;
  throw new PortError(
    'too-large',
    `timer "${port.name}": a payload has ${sizeBytes} bytes; at most ${port.maxPayloadBytes} fit`,
  );
}

import { PortError, utf8Bytes, type Port } from '@portolan/kernel';

/**
 * Checks that a message can travel as JSON, and fits.
 *
 * @throws {PortError} `invalid` for what JSON cannot carry; `too-large` over `maxBytes`.
 */
export function checkMessage(port: Port, message: unknown, maxBytes: number): void {
  const json = JSON.stringify(message) as string | undefined;
  if (json === undefined)
    throw new PortError('invalid', `${port.kind} "${port.name}": ${String(message)} cannot be written as JSON`);
  // A UTF-16 unit is at most three bytes of UTF-8: most messages need no second look.
  const sizeBytes = json.length * 3 <= maxBytes ? 0 : utf8Bytes(json);
  if (sizeBytes <= maxBytes) return;
  throw new PortError(
    'too-large',
    `${port.kind} "${port.name}": a message has ${sizeBytes} bytes; at most ${maxBytes} fit`,
  );
}

import {
  checkKeyPart,
  encodeMessage,
  PortError,
  utf8Bytes,
  type Carried,
  type Ids,
  type QueueEntry,
  type QueuePort,
} from '@portolan/kernel';

const maxIdBytes = 256;

/**
 * What is sent for an entry.
 *
 * @throws {PortError} `invalid` for options that the port did not declare, or malformed ones; `too-large`.
 */
export function carriedOf(port: QueuePort, entry: QueueEntry<unknown>, now: number, ids: Ids): Carried {
  const { message, delayMs = 0, dedupeId, orderingKey, trace } = entry;
  const invalid = (why: string): PortError => new PortError('invalid', `queue "${port.name}": ${why}`);
  if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > port.maxDelayMs)
    throw invalid(`delayMs must be an integer from 0 to ${port.maxDelayMs}, not ${delayMs}`);
  if (dedupeId !== undefined && !port.dedupe) throw invalid('a dedupe id on a queue that was declared without dedupe');
  if (orderingKey !== undefined && !port.ordered)
    throw invalid('an ordering key on a queue that was declared without ordered');
  if (dedupeId !== undefined) checkKeyPart(port.name, 'dedupeId', dedupeId);
  if (orderingKey !== undefined && utf8Bytes(orderingKey) > maxIdBytes)
    throw invalid(`an ordering key of more than ${maxIdBytes} bytes`);
  encodeMessage(port, message, port.maxMessageBytes);
  return {
    id: ids.next(),
    message,
    at: now,
    attempts: 0,
    ...(delayMs === 0 ? {} : { notBefore: now + delayMs }),
    ...(port.ordered ? { key: orderingKey ?? '' } : {}),
    ...(trace === undefined ? {} : { trace }),
  };
}

import { packCarried, PortError, utf8Bytes, type Carried } from '@portolan/kernel';

/**
 * Bytes of one message, attributes included, and of all messages of one batch: 1 MiB, since August 2025.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const maxSqsBytes = 1_048_576;

/**
 * A carried message as text that SQS takes. Of what JSON leaves as it is, SQS refuses just two characters.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (MessageBody)
 */
export function sqsText(carried: Carried): string {
  return packCarried(carried).replaceAll(/[\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** A dead message as it begins anew: nothing tried, nothing to wait for. */
export function reborn(carried: Carried): Carried {
  const { notBefore: _over, ...rest } = carried;
  return { ...rest, attempts: 0 };
}

/** Text for a message attribute: without the characters that SQS refuses, and never empty. */
export function attributeText(text: string): string {
  const refused = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
  return text.replaceAll(refused, '\ufffd') || '-';
}

/**
 * @param message - Checked against the port's own limit, by its JSON.
 * @throws {PortError} `invalid` for what JSON cannot carry; `too-large` over `maxBytes`.
 */
export function checkMessage(what: string, message: unknown, maxBytes: number): void {
  const json = JSON.stringify(message) as string | undefined;
  if (json === undefined) throw new PortError('invalid', `${what}: ${String(message)} cannot be written as JSON`);
  // A UTF-16 unit is at most three bytes of UTF-8: most messages need no second look.
  const sizeBytes = json.length * 3 <= maxBytes ? 0 : utf8Bytes(json);
  if (sizeBytes > maxBytes)
    throw new PortError('too-large', `${what}: a message has ${sizeBytes} bytes; at most ${maxBytes} fit`);
}

import { packCarried, type Carried } from '@portolan/kernel';

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

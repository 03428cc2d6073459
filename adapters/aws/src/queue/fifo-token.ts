import { createHash } from 'node:crypto';

/**
 * A text as the id of a message group or of a deduplication: 1 to 128 visible ASCII characters. What fits stays legible;
 * of anything else it is the hash. The letter before keeps the two apart.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (MessageGroupId)
 */
export function fifoToken(text: string): string {
  if (/^[!-~]{0,126}$/.test(text)) return `t-${text}`;
  return `h-${createHash('sha256').update(text).digest('hex')}`;
}

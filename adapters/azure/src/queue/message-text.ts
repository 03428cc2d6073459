import { packCarried, unpackCarried, utf8Bytes, type Buried, type Carried, type DeadLetter } from '@portolan/kernel';

/**
 * Bytes of a message's text, at most: a message may have 64 KiB, and in base64, as the Functions host reads messages unless
 * host.json says otherwise, three bytes take four.
 *
 * @see https://learn.microsoft.com/azure/storage/queues/scalability-targets
 */
export const maxTextBytes = 49_152;

/** The text of a queue's message, as it lies there. */
export const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** What was put into a queue with {@link toBase64}; anything else as it is. */
export function fromBase64(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString() : text;
}

/** Text of a message that was given up: the message as it came, and why. */
export function packBuried({ carried, attempts, reason, deadAt }: Buried): string {
  const packed = packCarried(carried);
  const pack = (said: string): string =>
    `${JSON.stringify({ dead: { at: deadAt, attempts, reason: said } }).slice(0, -1)},${packed.slice(1)}`;
  let said = reason;
  // The largest message has room for most reasons; a reason of characters that take many bytes is cut.
  while (said !== '' && utf8Bytes(pack(said)) > maxTextBytes) said = said.slice(0, -20);
  return pack(said);
}

/** A message of the queue of dead letters. */
export interface DeadMessage {
  readonly text: string;
  readonly messageId: string;
  readonly insertedOn: Date;
}

const givenUpByHost = 'the Functions host gave it up: its deliveries ended without an answer too often';

/** The letter that such a message is, whoever put it there: this adapter or the Functions host, which says nothing of why. */
export function deadLetterOf({ text, messageId, insertedOn }: DeadMessage): DeadLetter<unknown> {
  const carried = unpackCarried(text);
  if (carried === undefined)
    return { id: messageId, message: anyOf(text), attempts: 1, reason: givenUpByHost, deadAt: insertedOn.getTime() };
  const { dead } = JSON.parse(text) as {
    readonly dead?: { readonly at: number; readonly attempts: number; readonly reason: string };
  };
  const { id, message, attempts } = carried;
  return dead === undefined
    ? { id, message, attempts: attempts + 1, reason: givenUpByHost, deadAt: insertedOn.getTime() }
    : { id, message, attempts: dead.attempts, reason: dead.reason, deadAt: dead.at };
}

/** The text to be sent for a dead letter that shall live again. */
export function revived(text: string): string {
  const carried = unpackCarried(text);
  if (carried === undefined) return text;
  const { notBefore: _, ...fresh } = carried;
  return packCarried({ ...fresh, attempts: 0 });
}

/**
 * What a message carries, whoever sent it: one that no adapter packed is a message by itself, known by the queue's own id.
 *
 * @param message - As the host hands it over: text, or what its JSON holds.
 */
export function carriedOf(message: unknown, known: { readonly id: string; readonly at: number }): Carried {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return unpackCarried(text) ?? { ...known, message: anyOf(text), attempts: 0 };
}

function anyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

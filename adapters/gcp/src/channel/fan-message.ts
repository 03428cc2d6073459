import type { PushedMessage } from '../queue/push-message.ts';
import { textOf } from '../queue/push-message.ts';
import type { OutgoingMessage } from '../queue/publisher.ts';

/** What instances tell each other to do. */
export type Command =
  | { readonly kind: 'send'; readonly connection: string; readonly text: string; readonly key?: string }
  | { readonly kind: 'publish'; readonly group: string; readonly text: string; readonly key?: string }
  | { readonly kind: 'join' | 'leave'; readonly connection: string; readonly group: string }
  | { readonly kind: 'close'; readonly connection: string }
  /** Of an instance to itself. */
  | { readonly kind: 'mark' };

/** A command on its way, with who gave it, as their how many. */
export interface FanMessage {
  readonly from: string;
  readonly number: number;
  /** The one instance that it is for; all others but the sender without one. */
  readonly to: string | undefined;
  readonly command: Command;
}

/**
 * A line of JSON and, behind it, the text of a push as clients get it, which is large and is not written again.
 *
 * @see https://cloud.google.com/pubsub/docs/ordering
 */
export function packFan({ from, number, to, command }: FanMessage): OutgoingMessage {
  const { text, ...told } = { text: '', ...command };
  return {
    data: Buffer.from(`${JSON.stringify({ v: 2, number, command: told })}\n${text}`).toString('base64'),
    attributes: { from, ...(to === undefined ? {} : { to }) },
    // All that one sender tells comes in its order.
    orderingKey: from,
  };
}

/** @returns `undefined` for what {@link packFan} has not made. */
export function unpackFan(message: PushedMessage): FanMessage | undefined {
  const { from, to } = message.attributes ?? {};
  try {
    const whole = textOf(message);
    const end = whole.indexOf('\n');
    const { v, number, command } = JSON.parse(end === -1 ? '' : whole.slice(0, end)) as {
      readonly v?: unknown;
      readonly number?: unknown;
      readonly command?: Command;
    };
    if (v !== 2 || typeof number !== 'number' || from === undefined || command?.kind === undefined) return undefined;
    const isPush = command.kind === 'send' || command.kind === 'publish';
    return { from, number, to, command: isPush ? { ...command, text: whole.slice(end + 1) } : command };
  } catch {
    return undefined;
  }
}

/**
 * What an instance's subscription lets through: nothing of its own, and nothing for another.
 *
 * @see https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax
 */
export const fanFilter = (instance: string): string =>
  `attributes.from != "${instance}" AND (NOT attributes:to OR attributes.to = "${instance}")`;

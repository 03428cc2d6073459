import type { PushedMessage } from '../queue/push-message.ts';
import { textOf } from '../queue/push-message.ts';
import type { OutgoingMessage } from '../queue/publisher.ts';

/** What instances tell each other to do. */
export type Command =
  | { readonly kind: 'send'; readonly connection: string; readonly message: unknown; readonly key?: string }
  | { readonly kind: 'publish'; readonly group: string; readonly message: unknown; readonly key?: string }
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

/** @see https://cloud.google.com/pubsub/docs/ordering */
export const packFan = ({ from, number, to, command }: FanMessage): OutgoingMessage => ({
  data: Buffer.from(JSON.stringify({ v: 1, number, command })).toString('base64'),
  attributes: { from, ...(to === undefined ? {} : { to }) },
  // All that one sender tells comes in its order.
  orderingKey: from,
});

/** @returns `undefined` for what {@link packFan} has not made. */
export function unpackFan(message: PushedMessage): FanMessage | undefined {
  const { from, to } = message.attributes ?? {};
  try {
    const { v, number, command } = JSON.parse(textOf(message)) as {
      readonly v?: unknown;
      readonly number?: unknown;
      readonly command?: Command;
    };
    if (v !== 1 || typeof number !== 'number' || from === undefined || command?.kind === undefined) return undefined;
    return { from, number, to, command };
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

import type { Consumption } from './embedded.ts';
import type { Problem, ProblemKind } from './operation.ts';
import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';
import type { Schema } from './schema.ts';
import type { Trace } from './trace.ts';
import { kibibytes } from './units.ts';

/**
 * Messages to clients that hold a socket open. A push is at most once and is not kept: whoever is not connected misses it.
 * Messages of one caller that waits for each push arrive in their order; a connection may end at any moment, by its
 * platform too (after hours, or when idle for minutes), and clients connect again.
 *
 * A client that reads slower than it is sent to never makes the sender wait, nor its buffer grow without end. What becomes of
 * it is for the port to say where it asks for `slowClients`, and else for the platform: see {@link ChannelOptions}.
 *
 * Throws {@link PortError}: `invalid` for a malformed group or key and for a group too many; `too-large` over `maxMessageBytes`; `throttled`, `unavailable`,
 * `timeout` from the engine.
 */
export interface Channel<Message = unknown> {
  /** Pushes to one connection. `gone` where it has ended; such a connection is forgotten with all of its groups. */
  send(connection: string, message: Message, options?: PushOptions): Promise<PushResult>;

  /**
   * Pushes to every connection that is in the group when the call begins. Connections found gone are forgotten, and spoil
   * nothing for others. Whoever connects into the group while a push is on its way may get it, too.
   *
   * @param group - 1 to 100 of A-Z, a-z, 0-9 and `_.:-`.
   */
  publish(group: string, message: Message, options?: PushOptions): Promise<void>;

  /** Puts a connection into a group, at most 50 each; being in it already changes nothing. It leaves all when it ends. */
  join(connection: string, group: string): Promise<PushResult>;

  /** Takes a connection out of a group, if it is in it. */
  leave(connection: string, group: string): Promise<void>;

  /** Ends a connection; nothing happens where it has ended. Its function is told as of any other end. */
  close(connection: string): Promise<void>;
}

export interface PushOptions {
  /**
   * What the message is the news of, `BTC-USD/1m`: while a client is slow, a newer message of a key replaces an older one
   * that still waits, where the adapter has `slowClients`. 1 to 100 characters. @default none: nothing replaces it
   */
  readonly key?: string;
}

export type PushResult = { readonly kind: 'sent' } | { readonly kind: 'gone' };

/** A client that asks to be connected. */
export interface Opening<Query> {
  /** Names the connection until it ends; 1 to 128 characters, never used again. */
  readonly connection: string;
  readonly query: Query;
  /** Of the request that opens the socket; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Lets the client in. */
export interface Welcome {
  readonly kind: 'welcome';
  /** Groups that it is in from the start; at most 50. */
  readonly groups: readonly string[];
}

/** Why a client may be turned away; hosts turn it into the status that ends the handshake. */
export type RefusalKind = Extract<
  ProblemKind,
  'invalid' | 'unauthorized' | 'forbidden' | 'not-found' | 'limited' | 'unavailable'
>;

/** Lets a client in, with the groups it is in from the start. */
export const welcome = (groups: readonly string[] = []): Welcome => ({ kind: 'welcome', groups });

/**
 * What an adapter calls for what happens on its sockets: a function on a channel, bound. Nothing here throws for what a
 * client did wrong.
 */
export interface Sessions {
  /** Before the socket opens. A refusal ends the handshake. */
  connect(call: SessionCall & SocketRequest): Promise<Welcome | Problem<RefusalKind>>;
  /**
   * A text frame from the client; a binary one ends the connection (1003, unless the platform has another code), and is
   * no message. What is over `maxMessageBytes` is answered with a problem as well; a frame many times
   * that size may end the connection instead (1009).
   *
   * @returns A frame to answer with: a problem as JSON, for what could not be taken; most often nothing.
   */
  message(call: SessionCall, text: string): Promise<string | undefined>;
  /** After the socket has ended, however it did; at least once wherever the platform tells. */
  disconnect(call: SessionCall): Promise<void>;
}

export interface SessionCall {
  readonly connection: string;
  readonly trace?: Partial<Trace>;
  /** When the platform ends the call; milliseconds since 1970. */
  readonly deadlineAt?: number;
}

export interface SocketRequest {
  /** The last of each name, where one is given twice. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A contract of a channel whose sockets end in this process. */
export interface SocketSource {
  /** Serves sockets at a path until stopped; then it ends those that are open (1001, going away). */
  serve(sessions: Sessions, options: { readonly path: string }): Promise<Consumption>;
}

/** A contract of a channel whose sockets the platform holds: what it tells of them comes as calls of a function. */
export interface SocketReceiver<Event = never, Answer = unknown> {
  /** @returns The platform's answer. */
  receiveSocket(event: Event, sessions: Sessions, deadlineAt: number): Promise<Answer>;
}

export interface ChannelOptions<Message, Incoming, Slow extends true | undefined = true | undefined> {
  /** What is pushed. */
  readonly message: Schema<Message>;
  /** What clients may send, as JSON in text frames; a binary frame ends the connection. @default nothing: each frame is answered with a problem */
  readonly incoming?: Schema<Incoming>;
  /** JSON bytes of the largest message either way. @default 32 KiB, which every cloud can carry in one frame */
  readonly maxMessageBytes?: number;
  /**
   * Asks for an adapter that does with slow clients as `whenSlow`, `maxBufferedBytes` and the keys of pushes say. Platforms
   * that hold the sockets have ways of their own, which their adapters' docstrings tell. @default not asked for: the
   * three are wishes
   */
  readonly slowClients?: Slow;
  /**
   * What happens when a client's buffer is full: the connection ends (1013, try again later), or messages without a key
   * are dropped, newest first, until there is room; of those with a key the newest always waits, and where these alone
   * have no room, the connection ends. @default 'disconnect'
   */
  readonly whenSlow?: 'disconnect' | 'drop';
  /** What may wait for one slow client, at least one message of the largest size. @default 1 MiB */
  readonly maxBufferedBytes?: number;
}

export interface ChannelPort<
  Name extends string = string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest channel: any message
  Message = any,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest channel: any message
  Incoming = any,
  Needs extends object = object,
> extends Port<'channel', Name, Channel<Message>, Needs> {
  readonly message: Schema<Message>;
  readonly incoming: Schema<Incoming> | undefined;
  readonly maxMessageBytes: number;
  readonly whenSlow: 'disconnect' | 'drop';
  readonly maxBufferedBytes: number;
  readonly push: Grant<Port<'channel', Name, Channel<Message>>, 'send' | 'publish'>;
  /** Say who is in which group, and end connections. */
  readonly manage: Grant<Port<'channel', Name, Channel<Message>>, 'join' | 'leave' | 'close'>;
}

type ChannelNeeds<Slow> = Slow extends true ? { readonly slowClients: true } : object;

/**
 * Declares a channel. A function serves its sockets, `socket(live, …)`.
 *
 * @throws {RangeError} for a malformed name, and where `maxBufferedBytes` are fewer than `maxMessageBytes`.
 */
export function channel<
  const Name extends string,
  Message,
  Incoming = never,
  const Slow extends true | undefined = undefined,
>(
  name: Name,
  options: ChannelOptions<Message, Incoming, Slow>,
): ChannelPort<Name, Message, Incoming, ChannelNeeds<Slow>> {
  checkName('channel', name);
  const maxMessageBytes = options.maxMessageBytes ?? kibibytes(32);
  const maxBufferedBytes = options.maxBufferedBytes ?? Math.max(kibibytes(1_024), maxMessageBytes);
  if (maxBufferedBytes < maxMessageBytes) {
    throw new RangeError(`channel "${name}": maxBufferedBytes must be at least ${maxMessageBytes}, one message`);
  }
  const port = {
    kind: 'channel',
    name,
    needs: options.slowClients === undefined ? {} : { slowClients: true },
    demands: { maxMessageBytes },
    message: options.message,
    incoming: options.incoming,
    maxMessageBytes,
    whenSlow: options.whenSlow ?? 'disconnect',
    maxBufferedBytes,
  } as const;
  const made = Object.assign(port, {
    push: grant(port, 'push', ['send', 'publish'] as const),
    manage: grant(port, 'manage', ['join', 'leave', 'close'] as const),
  });
  return made as unknown as ChannelPort<Name, Message, Incoming, ChannelNeeds<Slow>>;
}

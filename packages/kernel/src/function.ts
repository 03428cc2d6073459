import type { ChannelPort, Opening, RefusalKind, Welcome } from './channel.ts';
import type { Context } from './context.ts';
import type { ObjectCreated, ObjectsPort } from './objects.ts';
import type { InputOf, Operations, Problem, ReplyOf } from './operation.ts';
import type { Granted, Grants, PortNames } from './port.ts';
import type { QueuePort } from './queue.ts';
import type { Schema } from './schema.ts';
import type { TimerPort } from './timer.ts';
import type { TopicFilter, TopicPort } from './topic.ts';
import type { Trace } from './trace.ts';

/** A message, event or timer as a function receives it. */
export interface Delivery<Message = unknown> {
  /** The same in every delivery of one message: what to deduplicate by. For a timer, the id it was set with. */
  readonly id: string;
  readonly message: Message;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** When it was sent or, for a timer, the instant it was set for; milliseconds since 1970. */
  readonly at: number;
  readonly trace?: Trace | undefined;
}

/** The tick of a schedule. Ticks are at least once and may be skipped while nothing runs. */
export interface Tick {
  /** The instant it was due, milliseconds since 1970. */
  readonly at: number;
}

/**
 * Handles one delivery. Returning accepts it; throwing has it delivered again, after the port's backoff.
 *
 * Throw {@link RetryLater} to choose the wait, {@link PoisonMessage} to give it up at once.
 */
export type Handler<Input, G> = (input: Input, ports: Granted<G>, context: Context) => Promise<void>;

/**
 * Handles several deliveries in one call, and answers in one of two ways. A promise of those that failed: they are
 * delivered again, the others are accepted, and throwing has all of them delivered again. Or a promise for each delivery,
 * in their order, which settles as a {@link Handler} of single ones would: no delivery then waits for a slower one.
 *
 * @param alone - What a handler of single deliveries would be given for one of the batch. The ports and the context of the
 *   batch itself carry the trace of its first delivery.
 */
export type BatchHandler<Message, G> = (
  batch: readonly Delivery<Message>[],
  ports: Granted<G>,
  context: Context,
  alone: (delivery: Delivery<Message>) => readonly [ports: Granted<G>, context: Context],
) => Promise<BatchOutcome> | readonly Promise<void>[];

export interface BatchOutcome {
  readonly failed: readonly { readonly index: number; readonly reason: string }[];
}

export type OperationHandlers<Ops extends Operations, G> = {
  readonly [Name in keyof Ops]: (
    input: InputOf<Ops[Name]>,
    ports: Granted<G>,
    context: Context,
  ) => Promise<ReplyOf<Ops[Name]>>;
};

/** Ports that call functions with deliveries. */
export type MessagePort = QueuePort | TopicPort | TimerPort | ObjectsPort;

export type Trigger =
  | { readonly kind: 'http'; readonly base: string; readonly operations: Operations }
  | {
      readonly kind: 'message';
      readonly port: MessagePort;
      /** Deliveries that one call may carry; 1 for a handler of single ones. */
      readonly batchSize: number;
      readonly filter: TopicFilter;
    }
  | {
      readonly kind: 'channel';
      readonly port: ChannelPort;
      /** Where sockets are opened, `/pricing/v1/live`; clouds that hold sockets themselves have a place of their own. */
      readonly path: string;
      readonly query: Schema<unknown> | undefined;
    }
  | { readonly kind: 'every'; readonly intervalMs: number }
  | { readonly kind: 'cron'; readonly pattern: string; readonly timeZone: string };

/**
 * One deployable function: what triggers it, what it may use, what it does.
 *
 * @typeParam Uses - Names of the ports it speaks of, so that a service cannot forget one.
 */
export interface ServiceFunction<Uses extends string = string> {
  readonly trigger: Trigger;
  readonly grants: Grants;
  /** One function, or one per operation for `http`; its input is checked against the trigger before each call. */
  readonly handler: unknown;
  readonly '~uses'?: Uses;
}

const make = <Uses extends string>(trigger: Trigger, grants: Grants, handler: unknown): ServiceFunction<Uses> => ({
  trigger,
  grants,
  handler,
});

/**
 * A function behind HTTP operations.
 *
 * @param base - Path before every operation's own, `/scheduling/v1`.
 */
export function http<Ops extends Operations, const G extends Grants>(
  base: string,
  operations: Ops,
  grants: G,
  handlers: OperationHandlers<Ops, NoInfer<G>>,
): ServiceFunction<PortNames<G>> {
  return make({ kind: 'http', base, operations }, grants, handlers);
}

type MessageOf<P> =
  P extends QueuePort<string, infer M, object>
    ? M
    : P extends TopicPort<string, infer E, string>
      ? E
      : P extends TimerPort<string, infer T, object>
        ? T
        : P extends ObjectsPort
          ? ObjectCreated
          : never;
type FilterOf<P> =
  P extends TopicPort<string, unknown, infer Field>
    ? TopicFilter<Field>
    : P extends ObjectsPort
      ? TopicFilter<'prefix'>
      : never;

/**
 * A function that a queue, a topic, a timer or a created object calls, one delivery at a time.
 *
 * @param options.filter - For a topic, its fields; for objects, `{ prefix: ['uploads/'] }`, any one of which a key begins with.
 * @throws {RangeError} for a filter that lets nothing through, a list of none, and for the empty prefix, which every key has.
 */
export function on<P extends MessagePort, const G extends Grants>(
  port: P,
  grants: G,
  handler: Handler<Delivery<MessageOf<P>>, NoInfer<G>>,
  options: { readonly filter?: FilterOf<P> } = {},
): ServiceFunction<PortNames<G> | P['name']> {
  return make({ kind: 'message', port, batchSize: 1, filter: heardBy(port, options.filter) }, grants, handler);
}

/**
 * A function that a queue, a topic or a timer calls with several deliveries at once.
 *
 * @param options.size - Deliveries at most, 2 to 100. A call may carry fewer, even one; calls may run side by side.
 * @param options.filter - As for {@link on}.
 * @throws {RangeError} for another size; for a filter as {@link on} does.
 */
export function onBatch<P extends MessagePort, const G extends Grants>(
  port: P,
  options: { readonly size: number; readonly filter?: FilterOf<P> },
  grants: G,
  handler: BatchHandler<MessageOf<P>, NoInfer<G>>,
): ServiceFunction<PortNames<G> | P['name']> {
  if (!Number.isInteger(options.size) || options.size < 2 || options.size > 100) {
    throw new RangeError(`batch size must be an integer from 2 to 100, not ${options.size}`);
  }
  return make(
    { kind: 'message', port, batchSize: options.size, filter: heardBy(port, options.filter) },
    grants,
    handler,
  );
}

/** Every cloud's filters say something else of these two, or cannot say them. */
function heardBy(port: MessagePort, filter: TopicFilter = {}): TopicFilter {
  for (const [field, values] of Object.entries(filter)) {
    if (values?.length === 0)
      throw new RangeError(`${port.kind} "${port.name}": a filter with no ${field} lets nothing through`);
    if (port.kind === 'objects' && values?.includes(''))
      throw new RangeError(`objects "${port.name}": every key has the empty prefix; leave the filter out`);
  }
  return filter;
}

/** What a function does for the sockets of a channel. Only `connect` is a must. */
export interface SocketHandlers<Query, Incoming, G> {
  /** Decides who may connect, and the groups they are in from the start. Nothing can be pushed to them before it returns. */
  connect(opening: Opening<Query>, ports: Granted<G>, context: Context): Promise<Welcome | Problem<RefusalKind>>;
  /** A message from a client. One that throws is answered with a problem, and not tried again. */
  message?(
    sent: { readonly connection: string; readonly message: Incoming },
    ports: Granted<G>,
    context: Context,
  ): Promise<void>;
  /** A connection has ended. At least once where the platform tells; it may be late or, after a crash, not come. */
  disconnect?(ended: { readonly connection: string }, ports: Granted<G>, context: Context): Promise<void>;
}

type IncomingOf<P> = P extends ChannelPort<string, infer _Message, infer Incoming> ? Incoming : never;

/**
 * A function that serves the sockets of a channel.
 *
 * @param place.path - Where sockets are opened, `/pricing/v1/live`.
 * @param place.query - The request's query, each value a string; one that breaks it is refused as `invalid`.
 */
export function socket<P extends ChannelPort, const G extends Grants, Query = undefined>(
  port: P,
  place: { readonly path: string; readonly query?: Schema<Query> },
  grants: G,
  handlers: SocketHandlers<Query, IncomingOf<P>, NoInfer<G>>,
): ServiceFunction<PortNames<G> | P['name']> {
  return make({ kind: 'channel', port, path: place.path, query: place.query }, grants, handlers);
}

/** A function called at a steady interval, in milliseconds: whole minutes, so that every cloud can do it. */
export function every<const G extends Grants>(
  intervalMs: number,
  grants: G,
  handler: Handler<Tick, NoInfer<G>>,
): ServiceFunction<PortNames<G>> {
  if (!Number.isInteger(intervalMs / 60_000) || intervalMs < 60_000) {
    throw new RangeError(`every() takes whole minutes in milliseconds, not ${intervalMs}`);
  }
  return make({ kind: 'every', intervalMs }, grants, handler);
}

/** A function called by a five-part cron pattern in a time zone. */
export function cron<const G extends Grants>(
  pattern: string,
  timeZone: string,
  grants: G,
  handler: Handler<Tick, NoInfer<G>>,
): ServiceFunction<PortNames<G>> {
  return make({ kind: 'cron', pattern, timeZone }, grants, handler);
}

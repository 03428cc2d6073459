import type { Sessions } from './channel.ts';
import type { Context, Deadline, Environment } from './context.ts';
import { PoisonMessage, PortError, RetryLater } from './errors.ts';
import type { BatchHandler, Delivery, Handler, MessagePort, ServiceFunction, Tick } from './function.ts';
import { objectCreated } from './objects.ts';
import { callOperation, type OperationCall } from './operation-call.ts';
import type { Reply } from './operation.ts';
import type { Granted, Grants } from './port.ts';
import { describeIssues, parse, type Schema } from './schema.ts';
import { scopePorts } from './scope.ts';
import { sessionsOf } from './sessions.ts';
import { continueTrace, type Trace } from './trace.ts';

/** A function with its ports bound: what a host calls when its trigger fires. */
export interface BoundFunction {
  /**
   * Delivers messages.
   *
   * @param batch - At most the trigger's batch size, or any number for a handler of single ones, which run side by side.
   * @param deadlineAt - When the platform ends the call, if that is sooner than the port's own limit; ms since 1970.
   * @returns One promise for each delivery: fulfilled when it was handled, rejected when it must come again.
   */
  deliver(batch: readonly Delivery[], deadlineAt?: number): readonly Promise<void>[];
  /** Runs the function of a schedule. */
  tick(tick: Tick, deadlineAt?: number): Promise<void>;
  /** Runs one operation. Never throws for what a caller did wrong: that is a problem. */
  call(operation: string, call: OperationCall): Promise<Reply>;
  /** What happens on the sockets of its channel. */
  readonly sessions: Sessions;
}

/**
 * Binds a function.
 *
 * @param contracts - The contract behind each of its ports, by port name.
 */
export function bindFunction(
  fn: ServiceFunction,
  contracts: Readonly<Record<string, unknown>>,
  environment: Environment,
): BoundFunction {
  const scope = scopePorts(fn.grants, contracts);
  const begin = (parent: Partial<Trace> | undefined, deadlineAt: number): [Granted<Grants>, Context] => {
    const trace = continueTrace(parent, environment.random);
    return [scope(trace), contextOf(environment, trace, environment.deadline(deadlineAt))];
  };
  const only = <K extends ServiceFunction['trigger']['kind']>(kind: K) => {
    if (fn.trigger.kind !== kind) throw new TypeError(`a function on ${fn.trigger.kind} has no ${kind} trigger`);
    return fn.trigger as Extract<ServiceFunction['trigger'], { kind: K }>;
  };

  return {
    deliver(batch, platformDeadlineAt = Infinity) {
      const { port, batchSize } = only('message');
      const deadlineAt = Math.min(environment.clock.now() + visibilityOf(port), platformDeadlineAt);
      if (batchSize === 1) {
        return batch.map(async (delivery) => {
          const parsed = parseDelivery(port, delivery);
          const [ports, context] = begin(delivery.trace, deadlineAt);
          await (fn.handler as Handler<Delivery, Grants>)(parsed, ports, context);
        });
      }
      const handler = fn.handler as BatchHandler<unknown, Grants>;
      return deliverTogether(port, batch, (wellFormed) =>
        handler(wellFormed, ...begin(wellFormed[0]?.trace, deadlineAt), ({ trace }) => begin(trace, deadlineAt)),
      );
    },
    async tick(tick, deadlineAt = Infinity) {
      const [ports, context] = begin(undefined, deadlineAt);
      await (fn.handler as Handler<Tick, Grants>)(tick, ports, context);
    },
    async call(name, call) {
      const { operations } = only('http');
      const [ports, context] = begin(call.trace, call.deadlineAt ?? Infinity);
      return callOperation(operations, fn.handler, name, call, ports, context);
    },
    get sessions() {
      return sessionsOf(only('channel'), fn.handler, begin, environment.log);
    },
  };
}

function contextOf({ clock, ids, random, log }: Environment, trace: Trace, deadline: Deadline): Context {
  return { clock, ids, random, log, deadline, trace };
}

/** One call for the whole batch, one promise for each delivery. Malformed ones fail apart from the rest. */
function deliverTogether(
  port: MessagePort,
  batch: readonly Delivery[],
  handle: (wellFormed: readonly Delivery[]) => ReturnType<BatchHandler<unknown, Grants>>,
): readonly Promise<void>[] {
  const wellFormed: Delivery[] = [];
  const places = batch.map((delivery) => {
    try {
      return wellFormed.push(parseDelivery(port, delivery)) - 1;
    } catch (error) {
      return error as Error;
    }
  });
  const answers = wellFormed.length === 0 ? [] : answersOf(wellFormed.length, () => handle(wellFormed));
  return places.map((place) => (typeof place === 'number' ? answers[place]! : Promise.reject(place)));
}

/** A promise for each of `count` deliveries, in whichever way the handler answers. */
function answersOf(count: number, handle: () => ReturnType<BatchHandler<unknown, Grants>>): readonly Promise<void>[] {
  let outcome: ReturnType<typeof handle>;
  try {
    outcome = handle();
  } catch (error) {
    outcome = Promise.reject(error as Error);
  }
  if (!('then' in outcome)) return outcome;
  const failures = outcome.then(({ failed }) => new Map(failed.map(({ index, reason }) => [index, reason])));
  return Array.from({ length: count }, async (_, index) => {
    const reason = (await failures).get(index);
    if (reason !== undefined) throw new Error(reason);
  });
}

function parseDelivery(port: MessagePort, delivery: Delivery): Delivery {
  const parsed = parse(messageSchema(port), delivery.message);
  if (parsed.kind === 'valid') return { ...delivery, message: parsed.value };
  throw new PoisonMessage(`${port.kind} "${port.name}": malformed message: ${describeIssues(parsed.issues)}`);
}

/** The schema of what a port delivers. */
function messageSchema(port: MessagePort): Schema<unknown> {
  switch (port.kind) {
    case 'queue':
      return port.message;
    case 'topic':
      return port.event;
    case 'timer':
      return port.payload;
    case 'objects':
      return objectCreated;
  }
}

/** How long one delivery may take; 30 s for a topic, whose subscriptions have no setting of their own. */
export function visibilityOf(port: MessagePort): number {
  return port.kind === 'topic' ? 30_000 : port.visibilityMs;
}

/** What an engine must do with a delivery whose promise was rejected, decided in one place for all engines. */
export type Failure =
  | { readonly kind: 'again'; readonly afterMs: number | undefined; readonly error: unknown }
  | { readonly kind: 'dead'; readonly error: unknown };

/**
 * @param attempt - The attempt that failed; 1 for the first.
 * @returns `afterMs` is undefined where the port's own backoff applies.
 */
export function judgeFailure(error: unknown, attempt: number, maxAttempts: number): Failure {
  if (error instanceof PoisonMessage) return { kind: 'dead', error };
  // Asking for time is no failure: a wait for a lease or a slot must never use a message up.
  if (error instanceof RetryLater) return { kind: 'again', afterMs: error.delayMs, error };
  if (error instanceof PortError && error.code === 'unsupported') return { kind: 'dead', error };
  if (attempt >= maxAttempts) return { kind: 'dead', error };
  return { kind: 'again', afterMs: undefined, error };
}

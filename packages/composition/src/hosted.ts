import {
  inTime,
  PortError,
  receiverOf,
  visibilityOf,
  type BoundFunction,
  type ChannelPort,
  type ConsumeOptions,
  type Consumer,
  type MessagePort,
  type Port,
  type Receiver,
  type Schedule,
  type Sessions,
  type SocketReceiver,
  type Trigger,
} from '@portolan/kernel';
import { CompositionError } from './bindings.ts';
import type { Composition } from './composition.ts';

/** One function of a composition, as the host of a cloud calls it. What it uses has been built; nothing else has. */
export interface HostedFunction {
  readonly name: string;
  readonly trigger: Trigger;
  readonly bound: BoundFunction;
  /**
   * Hands over what the platform called the function with, for the port that triggers it: deliveries, or a channel's sockets.
   *
   * @param deadlineAt - When the platform gives the call up, with time left to say what is unfinished: deliveries that
   *   have no answer by then count as failed. Milliseconds since 1970; `Infinity` where the platform sets none.
   * @returns The platform's answer, as the port's adapter says it.
   */
  receive(event: unknown, deadlineAt: number): Promise<unknown>;
  /** Looks through what the port's adapter must be asked for at an interval; nothing where it asks for none. */
  sweep(at: number, deadlineAt: number): Promise<void>;
  /** Runs the function of a schedule. @throws {PortError} `timeout` when it has no answer by the deadline. */
  tick(at: number, deadlineAt: number): Promise<void>;
}

/**
 * Builds one function with just the ports it uses.
 *
 * @param schedule - For deadlines.
 * @param guard - Comes between the platform and the function of a channel. @default nothing does
 * @throws {CompositionError} when the adapter of its trigger cannot call functions here.
 */
export async function hostFunction(
  composition: Composition,
  name: string,
  schedule: Schedule,
  guard: (sessions: Sessions) => Sessions = (sessions) => sessions,
): Promise<HostedFunction> {
  const bound = await composition.bind(name);
  const { trigger } = composition.service.functions[name]!;
  const source = trigger.kind === 'message' ? await sourceOf(composition, name, trigger.port) : undefined;
  const sockets = trigger.kind === 'channel' ? await socketsOf(composition, name, trigger.port) : undefined;
  const options = trigger.kind === 'message' ? optionsOf(name, trigger) : undefined;
  const consumer =
    (deadlineAt: number): Consumer =>
    (batch) => {
      // Where the platform sets no end, or a late one, the port's own limit holds.
      const ownEndAt = composition.environment.clock.now() + (options?.visibilityMs ?? Infinity);
      return inTime(bound.deliver(batch, deadlineAt), Math.min(deadlineAt, ownEndAt), schedule);
    };
  return {
    name,
    trigger,
    bound,
    async receive(event, deadlineAt) {
      if (sockets !== undefined) return sockets.receiveSocket(event, guard(bound.sessions), deadlineAt);
      if (source === undefined || options === undefined) throw wrongTrigger(name, trigger, 'messages');
      return source.receive(event, consumer(deadlineAt), options);
    },
    async sweep(at, deadlineAt) {
      if (source === undefined || options === undefined) throw wrongTrigger(name, trigger, 'sweeps');
      await source.sweep?.(at, consumer(deadlineAt), options);
    },
    async tick(at, deadlineAt) {
      if (trigger.kind !== 'every' && trigger.kind !== 'cron') throw wrongTrigger(name, trigger, 'ticks');
      await inTime([bound.tick({ at }, deadlineAt)], deadlineAt, schedule)[0];
    },
  };
}

async function sourceOf(composition: Composition, name: string, port: MessagePort): Promise<Receiver> {
  const contracts = await composition.contracts([port.name]);
  const receiver = receiverOf(contracts[port.name]);
  if (receiver !== undefined) return receiver;
  throw callsNothing(composition, name, port);
}

async function socketsOf(composition: Composition, name: string, port: ChannelPort): Promise<SocketReceiver<unknown>> {
  const contracts = await composition.contracts([port.name]);
  const receiver = contracts[port.name] as Partial<SocketReceiver<unknown>>;
  if (typeof receiver.receiveSocket === 'function') return receiver as SocketReceiver<unknown>;
  throw callsNothing(composition, name, port);
}

function callsNothing({ service, bindings }: Composition, name: string, port: Port): CompositionError {
  const adapter = bindings.get(port.name)!.adapter.name;
  return new CompositionError(
    `service "${service.name}": port "${port.name}" triggers function "${name}", but ${adapter} calls no functions here; bind another adapter`,
  );
}

const optionsOf = (name: string, trigger: Extract<Trigger, { kind: 'message' }>): ConsumeOptions => ({
  batchSize: trigger.batchSize,
  visibilityMs: visibilityOf(trigger.port),
  subscription: name,
  filter: trigger.filter,
});

const wrongTrigger = (name: string, { kind }: Trigger, what: string): PortError =>
  new PortError(
    'invalid',
    `function "${name}" is triggered by ${kind === 'message' ? 'a port' : kind}, not by ${what}`,
  );

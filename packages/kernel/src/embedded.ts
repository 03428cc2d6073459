import type { SocketSource } from './channel.ts';
import type { Environment } from './context.ts';
import { reasonOf } from './errors.ts';
import type { Delivery } from './function.ts';
import { bindFunction, visibilityOf, type BoundFunction } from './invoke.ts';
import type { Receiver } from './receiver.ts';
import type { Service } from './service.ts';
import type { TopicFilter } from './topic.ts';

/** Hands deliveries to a function: one promise for each; fulfilled is done, rejected is judged by `judgeFailure`. */
export type Consumer = (batch: readonly Delivery[]) => readonly Promise<void>[];

/** What an engine in the same process offers besides the port's contract: it calls. The cloud's engines call by themselves. */
export interface Source {
  /** Starts to deliver. One consumer per queue or timer; for a topic, one per subscription name. */
  consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption>;
}

export interface ConsumeOptions {
  /** Deliveries in one call of the consumer, at most. */
  readonly batchSize: number;
  /** A delivery without an answer for this long counts as failed. */
  readonly visibilityMs: number;
  /** The subscription's name, stable across restarts: the function's. */
  readonly subscription: string;
  readonly filter: TopicFilter;
}

export interface Consumption {
  /** Stops taking on deliveries and waits for those under way. */
  stop(): Promise<void>;
}

/** Runs schedules (`every`, `cron`) of an embedded host. */
export interface Schedules {
  start(
    schedule:
      | { readonly kind: 'every'; readonly intervalMs: number }
      | { readonly kind: 'cron'; readonly pattern: string; readonly timeZone: string },
    name: string,
    run: (at: number) => Promise<void>,
  ): Promise<Consumption>;
}

/** A tick that fails is logged and dropped: the next one comes. */
async function tick(bound: BoundFunction, name: string, at: number, { log }: Environment): Promise<void> {
  await bound
    .tick({ at })
    .catch((error: unknown) => log.error('tick failed', { function: name, at, reason: reasonOf(error) }));
}

/** The sweep of a contract that has one. Where it fails, the next one comes. */
function sweepOf(contract: object, failed: (error: unknown) => void) {
  const { sweep, sweepEveryMs } = contract as Partial<Receiver>;
  if (sweep === undefined || sweepEveryMs === undefined) return undefined;
  return {
    schedule: { kind: 'every', intervalMs: sweepEveryMs } as const,
    run: (...call: Parameters<typeof sweep>): Promise<void> => sweep.apply(contract as Receiver, call).catch(failed),
  };
}

/** A service whose triggers are connected to engines of the same process. */
export interface RunningService {
  readonly functions: Readonly<Record<string, BoundFunction>>;
  /** Stops every trigger, and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Connects the triggers of a service to embedded engines: the whole of what an in-process host does, in memory or durable.
 *
 * @param contracts - By port name. Those of message triggers must be a {@link Source}, those of channels a {@link SocketSource}; one with a `sweep` is called at its
 *   interval.
 */
export async function runEmbedded(
  service: Service,
  contracts: Readonly<Record<string, unknown>>,
  environment: Environment,
  schedules: Schedules,
): Promise<RunningService> {
  const functions = Object.fromEntries(
    Object.entries(service.functions).map(([name, fn]) => [name, bindFunction(fn, contracts, environment)]),
  );
  const running: Consumption[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((consumption) => consumption.stop()));
  };
  try {
    for (const [name, { trigger }] of Object.entries(service.functions)) {
      const bound = functions[name]!;
      if (trigger.kind === 'message') {
        const source = contracts[trigger.port.name] as Source;
        const options = {
          batchSize: trigger.batchSize,
          visibilityMs: visibilityOf(trigger.port),
          subscription: name,
          filter: trigger.filter,
        };
        const consumer: Consumer = (batch) => bound.deliver(batch);
        running.push(await source.consume(consumer, options));
        const sweep = sweepOf(source, (error) =>
          environment.log.error('sweep failed', { port: trigger.port.name, reason: reasonOf(error) }),
        );
        if (sweep !== undefined) {
          const name = `${service.name}.${trigger.port.name}.sweep`;
          running.push(await schedules.start(sweep.schedule, name, (at) => sweep.run(at, consumer, options)));
        }
      } else if (trigger.kind === 'channel') {
        const source = contracts[trigger.port.name] as SocketSource;
        running.push(await source.serve(bound.sessions, { path: trigger.path }));
      } else if (trigger.kind !== 'http') {
        running.push(
          await schedules.start(trigger, `${service.name}.${name}`, (at) => tick(bound, name, at, environment)),
        );
      }
    }
  } catch (error) {
    // Half of a service must not go on: what has started is stopped before the failure is told.
    await stop();
    throw error;
  }
  return { functions, stop };
}

import type { Environment, Port, Queue, Service, TimerPort } from '@portolan/kernel';
import { openPortableTimer, type Works } from '../timer/portable-timer.ts';
import { atPort, duePort, type DueMessage, type TimerTable } from '../timer/rows.ts';
import { nearOf } from '../timer/settings.ts';

/** An engine in the same process, as a `World` is one. */
export interface PartEngine {
  readonly environment: Environment;
  open(port: Port): unknown;
}

/** What `portableTimer` opens for a port over an engine, without a composition. */
export function portableWorks(port: TimerPort, engine: PartEngine, options: Partial<Works> = {}): Works {
  const sweepEveryMs = options.sweepEveryMs ?? 60_000;
  return {
    port,
    environment: engine.environment,
    table: engine.open(atPort(port)) as TimerTable,
    queue: engine.open(duePort(port, nearOf(sweepEveryMs))) as Queue<DueMessage>,
    sweepEveryMs,
    shards: 3,
    lookAhead: true,
    lostAfterMs: Math.max(900_000, 2 * port.visibilityMs),
    ...options,
  };
}

/** The contracts of all timers of a service, by port name: for `simulate(service, { world, own })`. */
export function portableTimers(service: Service, engine: PartEngine): Readonly<Record<string, unknown>> {
  const timers = Object.values(service.ports).filter(({ kind }) => kind === 'timer') as unknown as TimerPort[];
  return Object.fromEntries(timers.map((port) => [port.name, openPortableTimer(portableWorks(port, engine))]));
}

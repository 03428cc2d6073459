import { adapter, type Adapter, type Cloud, type Opening } from '@portolan/composition';
import { minutes, type Queue, type Receiver, type Source, type Timer, type TimerPort } from '@portolan/kernel';
import { firingThrough } from './firing-through.ts';
import { atPort, duePort, type DueMessage, type TimerTable } from './rows.ts';
import { nearOf } from './settings.ts';
import { StandingTimers } from './standing-timers.ts';
import { Sweep } from './sweep.ts';

/** The places that a queue may be of beside a table of `Place`: the same, or any. */
type Beside<Place extends Cloud | 'any'> = Place extends 'any' ? Cloud | 'any' : Place | 'any';
type Both<A extends Cloud | 'any', B extends Cloud | 'any'> = A extends 'any' ? B : A;

export interface PortableTimerOptions<TablePlace extends Cloud | 'any', QueuePlace extends Cloud | 'any'> {
  /** Holds the timers that stand, in `<port>-at`. */
  readonly table: Adapter<'table', TablePlace>;
  /** Waits the last minutes and fires, through `<port>-due`. */
  readonly queue: Adapter<'queue', QueuePlace, { readonly delay: true }>;
  /** How often the table is looked through, in milliseconds; whole minutes from 1 to 7. @default 1 min */
  readonly sweepEveryMs?: number;
  /**
   * Partitions of one day's timers, 1 to 256. Each writes as fast as the table's partitions do, and costs a query a sweep.
   * After a change, timers that were set before fire all the same, but can no longer be cancelled. @default 16
   */
  readonly shards?: number;
  /**
   * A firing that is this late is taken for lost, and sent again; in milliseconds. Keep it above what the queue may be behind.
   * @default 15 min, or twice the time that one firing may take where that is more
   */
  readonly lostAfterMs?: number;
  /**
   * Whether the queue waits the last minutes. Without, timers fire from the sweep that finds them due: up to
   * `sweepEveryMs` late, for a write more. @default true
   */
  readonly lookAhead?: boolean;
  /** The factory's name, for messages, where another one is built on this one. @default 'portableTimer' */
  readonly name?: string;
}

/**
 * Timers on a table, a queue and a call at an interval: wherever there are these three, there are timers, at any horizon.
 *
 * - Timers lie in the table in buckets of a day and a shard, by instant. Setting one is a conditional put.
 * - The sweep looks at the buckets of today's timers each `sweepEveryMs`, and sends those of the next minutes to the queue,
 *   each with the exact delay. A nearer one is sent by whoever sets it, before its row is written.
 * - A firing looks whether its row stands, calls the function and deletes the row. What was cancelled finds none.
 * - Failures are the queue's to retry and to bury, by the timer's own `retry`.
 *
 * Never early by this process's clock and the queue's; as prompt as the queue's delays. At least once: a crash between a
 * message and the note of it makes another. Nothing that stands is forgotten, however long nothing ran: buckets are listed
 * until they are past and empty. A timer that is late by `lostAfterMs` gets a new message, and the old one is stale.
 * Clocks may differ by half a minute.
 *
 * Costs, in operations of the ports: 2 writes and 1 read of the table and 1 message a timer, one more write for a timer that
 * is given up, and 1 query for each shard whose bucket of the day has timers, plus 1, a sweep.
 *
 * @throws {RangeError} for options out of their range.
 */
export function portableTimer<const TablePlace extends Cloud | 'any', const QueuePlace extends Beside<TablePlace>>(
  options: PortableTimerOptions<TablePlace, QueuePlace>,
): Adapter<'timer', Both<TablePlace, QueuePlace>, { readonly prompt: true }> {
  const { table, queue, sweepEveryMs = minutes(1), shards = 16, lookAhead = true } = options;
  check('sweepEveryMs, in minutes,', sweepEveryMs / minutes(1), 7);
  check('shards', shards, 256);
  return adapter({
    kind: 'timer',
    cloud: (table.cloud === 'any' ? queue.cloud : table.cloud) as Both<TablePlace, QueuePlace>,
    name: options.name ?? 'portableTimer',
    guarantees: { prompt: true } as const,
    sweepEveryMs,
    parts: (port: TimerPort) => ({
      at: { port: atPort(port), adapter: table },
      due: { port: duePort(port, nearOf(sweepEveryMs)), adapter: queue },
    }),
    triggers: ({ port, ...place }) =>
      queue.triggers({ ...place, port: duePort(port as unknown as TimerPort, nearOf(sweepEveryMs)) }),
    open: ({ port, environment, parts }: Opening<TimerPort>) =>
      openPortableTimer({
        port,
        environment,
        table: parts['at'] as TimerTable,
        queue: parts['due'] as Queue<DueMessage>,
        sweepEveryMs,
        shards,
        lookAhead,
        lostAfterMs: options.lostAfterMs ?? Math.max(minutes(15), 2 * port.visibilityMs),
      }),
  });
}

/** What a portable timer works with. */
export interface Works extends Pick<Opening<TimerPort>, 'port' | 'environment'> {
  readonly table: TimerTable;
  readonly queue: Queue<DueMessage>;
  readonly sweepEveryMs: number;
  readonly shards: number;
  readonly lookAhead: boolean;
  readonly lostAfterMs: number;
}

/** The contract of a portable timer: it receives, or is a source, where its queue is. */
export function openPortableTimer(works: Works): Timer & Pick<Receiver, 'sweep'> & Partial<Receiver & Source> {
  const { queue, sweepEveryMs } = works;
  const timers = new StandingTimers(works);
  const sweep = new Sweep(works);
  return {
    set: (id, at, payload, options) => timers.set(id, at, payload, options),
    cancel: (id, at) => timers.cancel(id, at),
    sweepEveryMs,
    sweep: () => sweep.run(),
    ...firingThrough(queue, works),
  };
}
function check(option: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(`portableTimer: ${option} must be an integer from 1 to ${max}, not ${value}`);
}

import { PortError, type Consumption, type Schedules } from '@portolan/kernel';
import { Cron } from 'croner';
import type { Engine } from '../engine/engine.ts';

type Schedule = Parameters<Schedules['start']>[0];

/**
 * Schedules whose last tick is kept in the file. Ticks that were missed while nothing ran, or while the tick before
 * them ran, are made up for by one.
 */
export function sqliteSchedules(engine: Engine): Schedules {
  engine.define((execute) => {
    execute(
      'CREATE TABLE IF NOT EXISTS portolan_ticks (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    );
  });
  return {
    async start(schedule, name, run) {
      const running = new RunningSchedule(engine, ticksOf(schedule, name), name, run);
      await running.start();
      return running;
    },
  };
}

/** The instants of a schedule. */
interface Ticks {
  /** The first one after `at`; `undefined` when there is none any more. */
  after(at: number): number | undefined;
  /** The last one not after `now`, which is not before `at`. */
  latest(at: number, now: number): number;
}

function ticksOf(schedule: Schedule, name: string): Ticks {
  if (schedule.kind === 'every') {
    const { intervalMs } = schedule;
    const before = (at: number): number => Math.floor(at / intervalMs) * intervalMs;
    return { after: (at) => before(at) + intervalMs, latest: (_at, now) => before(now) };
  }
  const cron = parseCron(schedule, name);
  return {
    after: (at) => cron.nextRun(new Date(at))?.getTime(),
    latest: (at, now) => Math.max(at, cron.previousRuns(1, new Date(now + 1))[0]?.getTime() ?? at),
  };
}

function parseCron({ pattern, timeZone }: Extract<Schedule, { kind: 'cron' }>, name: string): Cron {
  try {
    const cron = new Cron(pattern, { timezone: timeZone, paused: true, mode: '5-part' });
    // Croner looks at the time zone only when it is asked for an instant.
    cron.nextRun(new Date(0));
    return cron;
  } catch (cause) {
    throw new PortError('invalid', `${name}: cron pattern "${pattern}" in time zone "${timeZone}" is not understood`, {
      cause,
    });
  }
}

class RunningSchedule implements Consumption {
  readonly #engine: Engine;
  readonly #ticks: Ticks;
  readonly #name: string;
  readonly #run: (at: number) => Promise<void>;
  #cancel: () => void = () => {};
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(engine: Engine, ticks: Ticks, name: string, run: (at: number) => Promise<void>) {
    this.#engine = engine;
    this.#ticks = ticks;
    this.#name = name;
    this.#run = run;
  }

  async start(): Promise<void> {
    const now = this.#engine.alarm.clock.now();
    const stored = this.#engine.read(() =>
      this.#engine.statement('SELECT at FROM portolan_ticks WHERE name = ?').get(this.#name),
    );
    if (stored === undefined) await this.#remember(now);
    // A last tick in the future was noted under a clock that has since been set back.
    this.#await(Math.min((stored?.['at'] as number | undefined) ?? now, now));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  #await(last: number): void {
    const next = this.#ticks.after(last);
    if (next === undefined || this.#stopped) return;
    this.#cancel = this.#engine.alarm.schedule(next, () => {
      this.#running = this.#tick(next);
    });
  }

  async #tick(due: number): Promise<void> {
    const at = this.#ticks.latest(due, this.#engine.alarm.clock.now());
    await this.#run(at);
    // Noted afterwards: a tick that the process did not survive comes again.
    // Where that fails it may come again, as any tick may.
    await this.#remember(at).catch(() => {});
    this.#await(at);
  }

  async #remember(at: number): Promise<void> {
    await this.#engine.write(() =>
      this.#engine.statement('INSERT OR REPLACE INTO portolan_ticks VALUES (?, ?)').run(this.#name, at),
    );
  }
}

import { noDeadline, PortError, silentLog, type Deadline, type Environment } from '@portolan/kernel';
import type { Alarm } from './alarm.ts';
import { orderedIds } from './ids.ts';

/** The environment of a process on Node: its clock, ids and randomness. The log is silent unless one is given. */
export function nodeEnvironment(alarm: Alarm, given: Partial<Environment> = {}): Environment {
  return {
    clock: alarm.clock,
    ids: orderedIds(alarm.clock),
    random: { next: () => Math.random() },
    log: silentLog,
    deadline: (at) => (at === Infinity ? noDeadline : new LazyDeadline(at, alarm)),
    ...given,
  };
}

/** A deadline whose signal, and the alarm behind it, exist only once somebody asks: few handlers do. */
class LazyDeadline implements Deadline {
  readonly at: number;
  readonly #alarm: Alarm;
  #signal: AbortSignal | undefined;

  constructor(at: number, alarm: Alarm) {
    this.at = at;
    this.#alarm = alarm;
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const controller = new AbortController();
      this.#signal = controller.signal;
      this.#alarm.schedule(this.at, () => controller.abort(new PortError('timeout', 'the deadline has passed')));
    }
    return this.#signal;
  }
}

import {
  fullJitter,
  judgeFailure,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Delivery,
  type Random,
  type TimerPort,
} from '@portolan/kernel';
import { Dispatcher, type Flight } from '../delivery/dispatcher.ts';
import type { Mailbox } from '../delivery/mailbox.ts';
import type { Place } from '../delivery/mailbox-rows.ts';
import { decodeTrace } from '../delivery/trace-text.ts';
import type { Engine } from '../engine/engine.ts';
import type { TimerRows } from './timer-rows.ts';
import { TimerSchedule, type Slot } from './timer-schedule.ts';

/**
 * Timers taken at a time. Those that are answered quickly do not become many, so that what they are made of is still
 * young when it is let go: measured, a twentieth less work and a tenth less memory than with all that may be under way.
 */
const takenAtOnce = 500;
/**
 * Pause before more are taken though none has been answered, in milliseconds: short, so that where commits are slow
 * several portions share them.
 */
const pauseMs = 5;

/** A timer that is under way, as its row has it. */
interface Entry extends Slot {
  readonly id: string;
  readonly payload: string;
  readonly trace: string | null;
}

/** What becomes of timers that fail. */
interface Retry {
  readonly port: TimerPort;
  readonly failed: Mailbox;
  readonly random: Random;
}

/** One consumer's turn at the timers of a port. */
export class TimerConsumption implements Consumption {
  readonly #engine: Engine;
  readonly #rows: TimerRows;
  readonly #retry: Retry;
  readonly #dispatcher: Dispatcher<Entry, readonly (Place | undefined)[]>;
  readonly #schedule: TimerSchedule;
  /** Whether the schedule holds everything that is stored. */
  #filled = false;
  #stopped = false;

  constructor(engine: Engine, rows: TimerRows, retry: Retry, consumer: Consumer, options: ConsumeOptions) {
    this.#engine = engine;
    this.#rows = rows;
    this.#retry = retry;
    this.#dispatcher = new Dispatcher(engine, consumer, options, {
      record: (answered) => this.#record(answered),
      recorded: (_answered, moved) => {
        for (const place of moved) retry.failed.noted(place);
        this.#pump();
      },
    });
    this.#schedule = new TimerSchedule(engine.alarm, () => this.#pump());
    if (this.#fill()) this.#schedule.rest();
  }

  /** It was set, and committed. */
  push(slot: Slot): void {
    if (!this.#stopped && this.#filled) this.#schedule.add(slot);
  }

  /** It was cancelled. */
  forget(seq: number): void {
    if (this.#filled) this.#schedule.cancel(seq);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#schedule.stop();
    await this.#dispatcher.drain();
  }

  #pump(): void {
    if (this.#stopped || !this.#fill()) return;
    const { room } = this.#dispatcher;
    // With no room, the next answers ask again.
    if (room === 0) return;
    const now = this.#engine.alarm.clock.now();
    const due = this.#schedule.take(now, Math.min(room, takenAtOnce));
    if (due.length > 0 && !this.#deliver(due)) return;
    if (this.#dispatcher.room === 0) return;
    if (this.#schedule.isDue(now)) this.#schedule.pause(pauseMs);
    else this.#schedule.rest();
  }

  /** @returns False when the file could not be read just now: it is tried again soon. */
  #fill(): boolean {
    this.#filled ||=
      this.#read(() => {
        this.#schedule.fill(this.#rows.scan());
        return true;
      }) ?? false;
    return this.#filled;
  }

  /** @returns False when the file could not be read just now: it is tried again soon. */
  #deliver(due: readonly Slot[]): boolean {
    const rows = this.#read(() => this.#rows.load(due.map(({ seq }) => seq)));
    if (rows === undefined) this.#schedule.putBack(due);
    else {
      const entries = rows as unknown as readonly Entry[];
      this.#dispatcher.deliver(entries.map((entry) => ({ entry, delivery: deliveryOf(entry) })));
    }
    return rows !== undefined;
  }

  #read<T>(work: () => T): T | undefined {
    try {
      return this.#engine.read(work);
    } catch {
      this.#schedule.retry();
      return undefined;
    }
  }

  #record(answered: readonly Flight<Entry>[]): readonly (Place | undefined)[] {
    this.#rows.deleteAll(answered.filter(({ failed }) => !failed).map(({ entry }) => entry.seq));
    return (
      answered
        // One that was cancelled meanwhile is not tried again.
        .filter(({ entry, failed }) => failed && this.#rows.delete(entry.seq))
        .map(({ entry, error }) => this.#putOff(entry, error))
    );
  }

  #putOff({ at, id, payload: body, trace }: Entry, error: unknown): Place | undefined {
    const { port, failed, random } = this.#retry;
    const letter = { id, body, trace, at, key: null };
    const failure = judgeFailure(error, 1, port.retry.maxAttempts);
    if (failure.kind === 'dead') {
      failed.bury({ ...letter, attempts: 1 }, error);
      return undefined;
    }
    const waitMs = failure.afterMs ?? fullJitter(1, random.next(), port.retry);
    const attempts = failure.afterMs === undefined ? 1 : 0;
    return failed.insert({ ...letter, attempts, notBefore: this.#engine.alarm.clock.now() + waitMs });
  }
}

function deliveryOf({ at, id, payload, trace }: Entry): Delivery {
  const decoded = decodeTrace(trace);
  return { id, message: JSON.parse(payload), attempt: 1, at, ...(decoded === undefined ? {} : { trace: decoded }) };
}

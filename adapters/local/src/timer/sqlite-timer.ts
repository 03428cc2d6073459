import {
  encodeTimer,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Random,
  type Source,
  type Timer,
  type TimerPort,
  type Trace,
} from '@portolan/kernel';
import { Mailbox } from '../delivery/mailbox.ts';
import { encodeTrace } from '../delivery/trace-text.ts';
import type { Engine } from '../engine/engine.ts';
import { TimerConsumption } from './timer-consumption.ts';
import { TimerRows } from './timer-rows.ts';

/**
 * Timers over SQLite. Their instants are kept in memory, all of them, and their rows are read as they fall due, so that
 * a timer that succeeds costs one insert and one delete. One that fails moves to a mailbox, which retries and buries it.
 */
export class SqliteTimer implements Timer, Source, AsyncDisposable {
  readonly #engine: Engine;
  readonly #port: TimerPort;
  readonly #random: Random;
  readonly #rows: TimerRows;
  readonly failed: Mailbox;
  #consumption: TimerConsumption | undefined;

  /** @param name - Of its table in the file. */
  constructor(engine: Engine, name: string, port: TimerPort, random: Random) {
    this.#engine = engine;
    this.#port = port;
    this.#random = random;
    this.#rows = new TimerRows(engine, name);
    this.failed = new Mailbox(engine, `${name} failed`, {
      subject: `timer "${port.name}"`,
      retry: port.retry,
      random,
      byId: true,
    });
  }

  async set(id: string, at: number, payload: unknown, options: { readonly trace?: Trace } = {}): Promise<void> {
    const json = encodeTimer(this.#port, id, at, payload, this.#engine.alarm.clock.now());
    const trace = encodeTrace(options.trace);
    await this.#engine.write(
      () => {
        // One that has failed before waits in the mailbox.
        if (at <= this.#engine.alarm.clock.now() && this.failed.has(id, at)) return undefined;
        return this.#rows.insert(at, id, json, trace);
      },
      (seq) => {
        if (seq !== undefined) this.#consumption?.push({ at, seq });
      },
    );
  }

  async cancel(id: string, at: number): Promise<void> {
    await this.#engine.write(
      () => {
        this.failed.remove(id, at);
        return this.#rows.remove(at, id);
      },
      (seq) => {
        if (seq !== undefined) this.#consumption?.forget(seq);
      },
    );
  }

  async consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    const failed = this.failed.consume(consumer, options);
    const retry = { port: this.#port, failed: this.failed, random: this.#random };
    const consumption = new TimerConsumption(this.#engine, this.#rows, retry, consumer, options);
    this.#consumption = consumption;
    return {
      stop: async () => {
        if (this.#consumption === consumption) this.#consumption = undefined;
        await Promise.all([consumption.stop(), failed.stop()]);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.failed.abandon();
    void this.#consumption?.stop();
    this.#consumption = undefined;
  }
}

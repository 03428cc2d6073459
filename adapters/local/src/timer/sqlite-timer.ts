import {
  checkKeyPart,
  compareUtf8,
  formatDuration,
  fullJitter,
  judgeFailure,
  PortError,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Delivery,
  type Random,
  type Source,
  type Timer,
  type TimerPort,
  type Trace,
} from '@portolan/kernel';
import { Dispatcher, type Flight } from '../delivery/dispatcher.ts';
import { DueWindow, type Due } from '../delivery/due-window.ts';
import { encodeMessage } from '../delivery/encode-message.ts';
import { Mailbox } from '../delivery/mailbox.ts';
import type { Place } from '../delivery/mailbox-rows.ts';
import { decodeTrace, encodeTrace } from '../delivery/trace-text.ts';
import type { Engine } from '../engine/engine.ts';
import { TimerRows } from './timer-rows.ts';

/**
 * Timers over SQLite. The next ones are in memory with their payload, so that firing reads nothing, and a timer that
 * succeeds costs one insert and one delete. One that fails moves to a mailbox, which retries and buries it.
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
    checkKeyPart(this.#port.name, 'id', id);
    this.#checkInstant(at);
    const json = encodeMessage(this.#port, payload, this.#port.maxPayloadBytes);
    const trace = encodeTrace(options.trace);
    await this.#engine.write(
      () => {
        // One that has failed before waits in the mailbox.
        if (at <= this.#engine.alarm.clock.now() && this.failed.has(id, at)) return false;
        return this.#rows.insert(at, id, json, trace);
      },
      (isNew) => {
        if (isNew) this.#consumption?.push(new Entry(at, id, json, trace));
      },
    );
  }

  async cancel(id: string, at: number): Promise<void> {
    await this.#engine.write(
      () => {
        this.#rows.delete(at, id);
        this.failed.remove(id, at);
      },
      () => this.#consumption?.forget(at, id),
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

  #checkInstant(at: number): void {
    const { name, horizonMs } = this.#port;
    if (Number.isSafeInteger(at) && at <= this.#engine.alarm.clock.now() + horizonMs) return;
    throw new PortError(
      'invalid',
      `timer "${name}": ${at} is not an instant within ${formatDuration(horizonMs)} from now`,
    );
  }
}

/** A timer in memory. */
class Entry implements Due {
  readonly due: number;
  readonly id: string;
  readonly payload: string;
  readonly trace: string | null;
  gone = false;

  constructor(due: number, id: string, payload: string, trace: string | null) {
    this.due = due;
    this.id = id;
    this.payload = payload;
    this.trace = trace;
  }
}

const keyOf = (at: number, id: string): string => `${at} ${id}`;

interface Retry {
  readonly port: TimerPort;
  readonly failed: Mailbox;
  readonly random: Random;
}

/** One consumer's turn at the timers of a port. */
class TimerConsumption {
  readonly #engine: Engine;
  readonly #rows: TimerRows;
  readonly #retry: Retry;
  readonly #dispatcher: Dispatcher<Entry, readonly (Place | undefined)[]>;
  readonly #window: DueWindow<Entry>;
  /** Those in memory, waiting or under way. */
  readonly #entries = new Map<string, Entry>();
  #stopped = false;

  constructor(engine: Engine, rows: TimerRows, retry: Retry, consumer: Consumer, options: ConsumeOptions) {
    this.#engine = engine;
    this.#rows = rows;
    this.#retry = retry;
    this.#dispatcher = new Dispatcher(engine, consumer, options, {
      record: (answered) => this.#record(answered),
      recorded: (answered, moved) => {
        for (const { entry } of answered) this.#drop(entry);
        for (const place of moved) retry.failed.noted(place);
        this.#pump();
      },
    });
    this.#window = new DueWindow<Entry>(
      engine.alarm,
      {
        before: (a, b) => a.due < b.due || (a.due === b.due && compareUtf8(a.id, b.id) < 0),
        load: (after, limit) => this.#load(after, limit),
        admit: (entry) => this.#admit(entry),
        release: (entry) => this.#drop(entry),
      },
      () => this.#pump(),
    );
    this.#window.rest();
  }

  push(entry: Entry): void {
    if (!this.#stopped) this.#window.push(entry);
  }

  /** It was cancelled. */
  forget(at: number, id: string): void {
    const entry = this.#entries.get(keyOf(at, id));
    if (entry === undefined) return;
    entry.gone = true;
    this.#drop(entry);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#window.stop();
    await this.#dispatcher.drain();
  }

  #load(after: Entry | undefined, limit: number): readonly Entry[] {
    const rows = this.#engine.read(() =>
      this.#rows.load(after?.due ?? Number.MIN_SAFE_INTEGER, after?.id ?? '', limit),
    );
    return rows.map(
      ({ at, id, payload, trace }) => new Entry(at as number, id as string, payload as string, trace as string | null),
    );
  }

  #admit(entry: Entry): boolean {
    const key = keyOf(entry.due, entry.id);
    if (this.#entries.has(key)) return false;
    this.#entries.set(key, entry);
    return true;
  }

  #drop(entry: Entry): void {
    const key = keyOf(entry.due, entry.id);
    // One that was cancelled and set again is another entry under the same key.
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #pump(): void {
    if (this.#stopped) return;
    const now = this.#engine.alarm.clock.now();
    const due: { entry: Entry; delivery: Delivery }[] = [];
    while (due.length < this.#dispatcher.room) {
      const entry = this.#window.take(now);
      if (entry === undefined) break;
      due.push({ entry, delivery: deliveryOf(entry) });
    }
    if (due.length > 0) this.#dispatcher.deliver(due);
    // With no room, the next answers ask again.
    if (this.#dispatcher.room > 0) this.#window.rest();
  }

  #record(answered: readonly Flight<Entry>[]): readonly (Place | undefined)[] {
    const moved: (Place | undefined)[] = [];
    for (const { entry, failed, error } of answered) {
      const found = this.#rows.delete(entry.due, entry.id);
      // One that was cancelled meanwhile is not tried again.
      if (failed && found) moved.push(this.#putOff(entry, error));
    }
    return moved;
  }

  #putOff({ due: at, id, payload: body, trace }: Entry, error: unknown): Place | undefined {
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

function deliveryOf({ due: at, id, payload, trace }: Entry): Delivery {
  const decoded = decodeTrace(trace);
  return { id, message: JSON.parse(payload), attempt: 1, at, ...(decoded === undefined ? {} : { trace: decoded }) };
}

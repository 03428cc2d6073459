import type { Harness } from '@portolan/conformance';
import {
  noDeadline,
  silentLog,
  type ConsumeOptions,
  type Consumer,
  type Consumption,
  type ContractOf,
  type Environment,
  type MessagePort,
  type Port,
  type Queue,
  type TimerPort,
} from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { firing } from '../timer/firing.ts';
import { openPortableTimer, type Works } from '../timer/portable-timer.ts';
import { atPort, duePort, type DueMessage } from '../timer/rows.ts';
import { nearOf } from '../timer/settings.ts';

export interface PortableHarnessOptions {
  /** @default 1 min */
  readonly sweepEveryMs?: number;
  /** @default 3 */
  readonly shards?: number;
  /** @default true */
  readonly lookAhead?: boolean;
}

/** Longer waits are taken for a time in which nothing ran, but for the sweeps at its end. */
const sweptMs = 300_000;

/**
 * Lifts an engine that has tables, and queues with delays, into one whose timers are portable: to hold `portableTimer` over
 * that engine's adapters against the timer suites.
 *
 * @example timerConformance({ ...run, adapter: 'portableTimer', harness: portableHarness(newSqsHarness) })
 */
export function portableHarness(
  start: () => Promise<Harness>,
  options: PortableHarnessOptions = {},
): () => Promise<Harness> {
  return async () => new PortableHarness(await start(), options);
}

class PortableHarness implements Harness {
  readonly #base: Harness;
  readonly #sweepEveryMs: number;
  readonly #shards: number;
  readonly #lookAhead: boolean;
  readonly #environment: Environment;
  #timers = new Map<string, { readonly works: Works; readonly contract: ReturnType<typeof openPortableTimer> }>();
  readonly restart?: () => Promise<void>;

  constructor(base: Harness, { sweepEveryMs = 60_000, shards = 3, lookAhead = true }: PortableHarnessOptions) {
    this.#base = base;
    this.#sweepEveryMs = sweepEveryMs;
    this.#shards = shards;
    this.#lookAhead = lookAhead;
    let ids = 0;
    this.#environment = {
      clock: { now: () => base.now() },
      ids: { next: () => String(++ids).padStart(26, '0') },
      random: seededRandom(1),
      log: silentLog,
      deadline: () => noDeadline,
    };
    if (base.restart !== undefined) {
      this.restart = async () => {
        this.#timers = new Map();
        await base.restart!();
      };
    }
  }

  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    if (port.kind !== 'timer') return this.#base.open(port);
    return (await this.#timer(port as unknown as TimerPort)).contract as unknown as ContractOf<P>;
  }

  async consume(port: MessagePort, consumer: Consumer, options: Partial<ConsumeOptions> = {}): Promise<Consumption> {
    if (port.kind !== 'timer') return this.#base.consume(port, consumer, options);
    const { works } = await this.#timer(port);
    const due = duePort(port, nearOf(this.#sweepEveryMs));
    return this.#base.consume(due, firing(consumer, works), { ...options, visibilityMs: due.visibilityMs });
  }

  now(): number {
    return this.#base.now();
  }

  async pass(durationMs: number): Promise<void> {
    const target = this.now() + durationMs;
    if (durationMs > sweptMs) await this.#base.pass(durationMs - sweptMs);
    for (let next = this.#nextSweep(); next <= target; next = this.#nextSweep()) {
      await this.#base.pass(next - this.now());
      for (const { contract } of this.#timers.values()) await contract.sweep!(next, () => [], noOptions);
      await this.#base.settle();
    }
    await this.#base.pass(Math.max(0, target - this.now()));
  }

  settle(): Promise<void> {
    return this.#base.settle();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#base[Symbol.asyncDispose]();
  }

  #nextSweep(): number {
    return (Math.floor(this.now() / this.#sweepEveryMs) + 1) * this.#sweepEveryMs;
  }

  async #timer(port: TimerPort) {
    let timer = this.#timers.get(port.name);
    if (timer === undefined) {
      const works: Works = {
        port,
        environment: this.#environment,
        table: await this.#base.open(atPort(port)),
        queue: (await this.#base.open(duePort(port, nearOf(this.#sweepEveryMs)))) as Queue<DueMessage>,
        sweepEveryMs: this.#sweepEveryMs,
        shards: this.#shards,
        lookAhead: this.#lookAhead,
        lostAfterMs: Math.max(900_000, 2 * port.visibilityMs),
      };
      this.#timers.set(port.name, (timer = { works, contract: openPortableTimer(works) }));
    }
    return timer;
  }
}

const noOptions: ConsumeOptions = { batchSize: 1, visibilityMs: 0, subscription: '', filter: {} };

import type { ChannelPort, SocketRequest } from '../channel.ts';
import type { Deadline, Environment, Log, Random } from '../context.ts';
import { PortError } from '../errors.ts';
import { Heap } from '../heap.ts';
import type { ContractOf, Port } from '../port.ts';
import type { MemoryChannel, MemoryDialled } from './memory-channel.ts';
import { openMemoryPort, type MemoryPort } from './memory-port.ts';
import { seededRandom } from './random.ts';
import type { LinkRequest, LinkResponse } from './signed-links.ts';

/** What goes wrong, each as a probability in [0, 1], decided by the seed. */
export interface Faults {
  /** A delivery that was handled comes once more. */
  readonly duplicate?: number;
  /** A call to a port is refused with `throttled`, without effect. */
  readonly throttle?: number;
  /** The process ends at a call to a port: half of the time before its effect, half of the time after. */
  readonly crash?: number;
  /** A socket is lost without a word as something is pushed to it; its engine learns of it 30 s later. */
  readonly lose?: number;
  /** A page of a table has one item, whatever was asked for. */
  readonly shorten?: number;
  /** Deliveries come up to this many milliseconds late, and so out of order. Not a probability. */
  readonly delayMs?: number;
}

export interface WorldOptions {
  /** Decides interleavings, faults, ids and random draws. @default 1 */
  readonly seed?: number;
  /** Milliseconds since 1970. @default 2026-01-01T00:00:00Z */
  readonly start?: number;
  readonly faults?: Faults;
  /** @default discards */
  readonly log?: Log;
}

// One turn of the event loop, which lets every continuation run that is ready. It is no timer: no time passes.
declare const setImmediate: (turn: () => void) => unknown;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  /** Gone when the process ends. */
  readonly volatile: boolean;
  cancelled: boolean;
}

interface PendingCall {
  readonly run: () => void;
}

/**
 * Virtual time, engines in memory, and one process that may crash. Everything that happens is decided by the seed.
 *
 * Calls to ports are answered in turns of the event loop, in an order drawn from the seed, so that concurrent handlers
 * interleave in ways that real engines would show only rarely. Time moves only by {@link World.advance}.
 */
export class World {
  readonly random: Random;
  readonly environment: Environment;
  readonly #faults: Faults;
  readonly #faultRandom: Random;
  readonly #scheduled = new Heap<Scheduled>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  readonly #ports = new Map<string, MemoryPort>();
  readonly #restarts: (() => void)[] = [];
  #now: number;
  #calls: PendingCall[] = [];
  #pumping = false;
  #order = 0;
  #ids = 0;
  #faultsOn = true;
  /** Crashes so far. */
  crashes = 0;

  constructor(options: WorldOptions = {}) {
    const seed = options.seed ?? 1;
    this.random = seededRandom(seed);
    this.#faultRandom = seededRandom(seed ^ 0x5bd1e995);
    this.#faults = options.faults ?? {};
    this.#now = options.start ?? 1_767_225_600_000;
    const log: Log = options.log ?? { debug() {}, info() {}, warn() {}, error() {} };
    this.environment = {
      clock: { now: () => this.#now },
      ids: { next: () => `${this.#now.toString(36).padStart(10, '0')}${(++this.#ids).toString(36).padStart(16, '0')}` },
      random: this.random,
      log,
      deadline: (at) => this.#deadline(at),
    };
  }

  now(): number {
    return this.#now;
  }

  /** The contract behind a port, made on first use; queues, topics, timers and objects are a `Source` as well, channels a `SocketSource`. */
  open<P extends Port>(port: P): ContractOf<P> {
    let opened = this.#ports.get(port.name);
    if (opened === undefined) this.#ports.set(port.name, (opened = openMemoryPort(port, this)));
    return opened.contract as ContractOf<P>;
  }

  /** Asks for a connection to a channel as a client would; the answer comes in one of the next turns. */
  dial(port: ChannelPort, request?: Partial<SocketRequest>): Promise<MemoryDialled> {
    return (this.open(port) as MemoryChannel).dial(request);
  }

  /**
   * Makes a request on a signed URL of one of the ports, as whoever was handed it would. No fault strikes it.
   *
   * @throws {TypeError} for a URL of no port that was opened.
   */
  async request(url: string, init: Partial<Omit<LinkRequest, 'url'>> = {}): Promise<LinkResponse> {
    await turn();
    const { method = 'GET', headers = {}, body = new Uint8Array() } = init;
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    for (const { answer } of this.#ports.values()) {
      const response = answer?.({ method, url, headers: named, body });
      if (response !== undefined) return response;
    }
    throw new TypeError(`no objects of this world answer ${url}`);
  }

  /** Lets everything happen that waits for no time. */
  async settle(): Promise<void> {
    do await turn();
    while (this.#calls.length > 0 || this.#pumping);
  }

  /** Moves time forward, stopping at each instant where something is due. */
  async advance(durationMs: number): Promise<void> {
    const target = this.#now + durationMs;
    await this.settle();
    for (let next = this.#next(); next !== undefined && next.at <= target; next = this.#next()) {
      this.#scheduled.pop();
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await this.settle();
    }
    this.#now = Math.max(this.#now, target);
    await this.settle();
  }

  /** Sets the clock, either way, as an operator or a time server would; what is due then happens. */
  async jump(to: number): Promise<void> {
    await this.settle();
    this.#now = to;
    await this.advance(0);
  }

  /** Ends the process: what was under way is forgotten, what the engines accepted stays. Then starts it again. */
  crash(): void {
    this.crashes++;
    this.#calls = [];
    const kept: Scheduled[] = [];
    for (let next = this.#scheduled.pop(); next !== undefined; next = this.#scheduled.pop())
      if (!next.volatile) kept.push(next);
    for (const scheduled of kept) this.#scheduled.push(scheduled);
    for (const { crash } of this.#ports.values()) crash();
    for (const restart of this.#restarts) restart();
  }

  /** From here on nothing goes wrong any more: for the end of a test, where everything must come right. */
  heal(): void {
    this.#faultsOn = false;
  }

  /** Runs after every crash, when the process starts again. */
  onRestart(restart: () => void): void {
    this.#restarts.push(restart);
  }

  /** A wait in virtual time, for doubles of a domain's own ports. It ends with the process. */
  sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + durationMs, resolve, { volatile: true }));
  }

  /** Schedules something; returns how to cancel it. */
  at(at: number, run: () => void, options: { readonly volatile?: boolean } = {}): () => void {
    const scheduled: Scheduled = {
      at,
      order: this.#order++,
      run,
      volatile: options.volatile ?? false,
      cancelled: false,
    };
    this.#scheduled.push(scheduled);
    return () => {
      scheduled.cancelled = true;
    };
  }

  /** Runs something in one of the next turns, between calls to engines and in no promised order; gone with a crash. */
  soon(run: () => void): void {
    this.#calls.push({ run });
    void this.#pump();
  }

  /** One call to an engine: answered in a later turn, or struck by a fault. */
  perform<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#calls.push({
        run: () => {
          if (this.strikes('throttle')) return reject(new PortError('throttled', 'the engine asks for a slower pace'));
          const crash = this.strikes('crash');
          if (crash && this.#faultRandom.next() < 0.5) return this.crash();
          try {
            const result = run();
            if (crash) return this.crash();
            resolve(result);
          } catch (error) {
            reject(error as Error);
          }
        },
      });
      void this.#pump();
    });
  }

  /** Whether a fault happens now. */
  strikes(fault: keyof Omit<Faults, 'delayMs'>): boolean {
    const probability = this.#faultsOn ? (this.#faults[fault] ?? 0) : 0;
    return probability > 0 && this.#faultRandom.next() < probability;
  }

  /** How late the next delivery is. */
  lateness(): number {
    const delayMs = this.#faultsOn ? (this.#faults.delayMs ?? 0) : 0;
    return delayMs === 0 ? 0 : Math.floor(this.#faultRandom.next() * (delayMs + 1));
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    await turn();
    while (this.#calls.length > 0) {
      // With crashes, one call a turn: nothing answered earlier may go on running after the process has ended.
      const count = this.#faults.crash === undefined ? this.#calls.length : 1;
      for (let served = 0; served < count && this.#calls.length > 0; served++) this.#takeOne().run();
      await turn();
    }
    this.#pumping = false;
  }

  #takeOne(): PendingCall {
    const index = Math.floor(this.#faultRandom.next() * this.#calls.length);
    const call = this.#calls[index]!;
    this.#calls[index] = this.#calls.at(-1)!;
    this.#calls.pop();
    return call;
  }

  #next(): Scheduled | undefined {
    while (this.#scheduled.peek()?.cancelled === true) this.#scheduled.pop();
    return this.#scheduled.peek();
  }

  #deadline(at: number): Deadline {
    const listeners = new Set<() => void>();
    const now = (): number => this.#now;
    let armed = false;
    const arm = (): void => {
      if (armed || at === Infinity) return;
      armed = true;
      this.at(at, () => listeners.forEach((listener) => listener()), { volatile: true });
    };
    return {
      at,
      signal: {
        get aborted() {
          return now() >= at;
        },
        get reason() {
          return now() >= at ? new PortError('timeout', 'the deadline has passed') : undefined;
        },
        addEventListener(_type, listener) {
          listeners.add(listener);
          arm();
        },
        removeEventListener(_type, listener) {
          listeners.delete(listener);
        },
      },
    };
  }
}

/** A new world: virtual time from a seed. */
export function newWorld(options: WorldOptions = {}): World {
  return new World(options);
}

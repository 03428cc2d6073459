import type { ConsumeOptions, Consumer, Consumption, ContractOf, MessagePort, Port } from '@portolan/kernel';

/** One engine under test, with nothing stored when it is handed over. Disposing of it stops consumers and the engine. */
export interface Harness extends AsyncDisposable {
  /** Opens the contract behind a port, over an engine that started empty with this harness. */
  open<P extends Port>(port: P): Promise<ContractOf<P>>;
  /**
   * Delivers what the port carries to `consumer` until stopped, as the adapter's host would.
   *
   * @param options - Left out: `batchSize` 1, `visibilityMs` the port's, `subscription` `'consumer'`, no filter.
   */
  consume(port: MessagePort, consumer: Consumer, options?: Partial<ConsumeOptions>): Promise<Consumption>;
  /** The engine's clock, milliseconds since 1970. */
  now(): number;
  /** Moves the engine's time by this much and lets everything due happen; waits it out where the engine is real. */
  pass(durationMs: number): Promise<void>;
  /**
   * How many times longer than usual suites wait for something to happen, at least 1: for engines that wait in real time on
   * machines that are busy. What must not happen is not affected. @default 1
   */
  readonly patience?: number;
  /** Lets what is under way finish, without moving time (bounded polling where the engine is real). */
  settle(): Promise<void>;
  /**
   * Ends the process as a crash would and starts it again on the same data; absent where that has no meaning. Contracts
   * and consumers must be opened anew after it.
   */
  restart?(): Promise<void>;
}

/**
 * What answered: the in-memory `reference`, the `embedded` engine that production runs, an `emulator` (a real engine or a
 * third party's reading of it), or a `double` (our own reading of the wire: it proves the SDK's wire shape and our error
 * mapping, not the cloud's semantics).
 */
export type EngineKind = 'reference' | 'embedded' | 'emulator' | 'double';

/** What an adapter guarantees beyond the contract, as in its type; cases that need a guarantee run where it is `true`. */
export interface Guarantees {
  /** A queue that delays single messages. @default false */
  readonly delay?: boolean;
  /** A queue that keeps the order of each ordering key. @default false */
  readonly ordered?: boolean;
  /** A queue that drops duplicates by id. @default false */
  readonly dedupe?: boolean;
  /** A timer that fires within a minute of its instant. @default false */
  readonly prompt?: boolean;
  /**
   * A channel whose sockets end in its own process: it bounds what waits for a slow client by the port's numbers, and says
   * goodbye when it stops. @default false
   */
  readonly slowClients?: boolean;
}

/** One adapter over one engine, to be held against a suite. */
export interface ConformanceRun<H extends AsyncDisposable = Harness> {
  /** The factory's name: `localTable`. */
  readonly adapter: string;
  /** A column of the support matrix: `local`, `aws`, `azure`, `gcp`. */
  readonly cloud: string;
  readonly engine: EngineKind;
  /**
   * The program behind it, where not every machine has that: `moto`. Its record then stays in the support matrix when the
   * matrix is written elsewhere. @default an engine that npm installs
   */
  readonly found?: string;
  /**
   * Whether the support matrix shows it. Not the second run of an adapter under other circumstances, of which the matrix
   * knows nothing: it would overwrite the record of the first. @default true
   */
  readonly recorded?: false;
  /**
   * Cases run side by side instead of one after the other: for engines that wait in real time. Each case must then have
   * resources of its own. @default one after the other
   */
  readonly sideBySide?: true;
  /** Starts an empty engine. Called once for each case. */
  readonly harness: () => Promise<H>;
  /** @default none */
  readonly guarantees?: Guarantees;
  /** Why a case fails here, by its title. Such a case must exist, and must fail. @default none */
  readonly deviations?: Readonly<Record<string, string>>;
}

import type { Environment, Port } from '@portolan/kernel';
import type { ContainerModule, ServiceIdentifier } from 'inversify';

/** The environments a port can be bound in; `any` is for adapters that run everywhere. */
export type Cloud = 'local' | 'aws' | 'azure' | 'gcp';

/**
 * How one kind of port is had in one place. Adapters are made by factory functions, `sqsQueue({ ... })`, and are plain
 * values until a composition opens them.
 *
 * @typeParam Guarantees - What holds here beyond the contract, `{ delay: true; ordered: false }`; a port that needs a
 *   guarantee binds only to an adapter that has it.
 */
export interface Adapter<
  Kind extends string = string,
  Place extends Cloud | 'any' = Cloud | 'any',
  Guarantees extends object = object,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest adapter: any contract
  Contract = any,
> {
  readonly kind: Kind;
  readonly cloud: Place;
  /** The factory's name, for messages: `sqsQueue`. */
  readonly name: string;
  readonly guarantees: Guarantees;
  /** By the name of the demand they answer: `maxDelayMs`, `maxItemBytes`, `horizonMs`. No entry is no limit. */
  readonly limits: Readonly<Record<string, Limit>>;
  /** What it shares with other adapters: clients, engines. Loaded once, built on first use. */
  readonly modules: readonly ContainerModule[];
  /** What `open` is given, from the modules or from the team's own root. */
  readonly needs: readonly ServiceIdentifier[];
  /** What it is built on, besides `needs`: ports of its own with the adapters behind them. None where it stands alone. */
  readonly parts: (port: Port, use?: PartUse) => Parts;
  /** What the platform must call a function with, for a port that triggers it. None where the adapter calls by itself. */
  readonly triggers: (place: TriggerPlace) => readonly PlatformTrigger[];
  /** The contract's `sweep` must be called at this interval, in whole minutes of milliseconds; absent where it has none. */
  readonly sweepEveryMs?: number;
  /** Builds the contract behind one port. Called on first use, once. It is disposed of with the composition. */
  open(place: Opening, ...needs: never[]): Contract | Promise<Contract>;
}

export interface TriggerPlace {
  readonly service: string;
  readonly port: Port;
  /** The function that is triggered; for a topic, the subscription's name. */
  readonly subscription: string;
}

/** A trigger as the platform has it. Each cloud's host, and what deploys to that cloud, knows the kinds of its own. */
export interface PlatformTrigger {
  /** `sqs`, `storage-queue`, `pubsub` and the like. */
  readonly kind: string;
  /** The name of what calls: a queue, a stream's table, a subscription. */
  readonly resource: string;
}

/**
 * The ports that an adapter is built on, by what it calls them. A part's port is named for the port it serves
 * (`wakeups-due`), since it lies beside the service's own.
 */
export type Parts = Readonly<Record<string, Part>>;

/** How a service uses the port that an adapter names its parts for. */
export interface PartUse {
  /** Whether a function is called for what the port brings. @default true */
  readonly listened?: boolean;
}

export interface Part {
  readonly port: Port;
  readonly adapter: Adapter;
}

export interface Limit {
  readonly max: number;
  /** What to do instead, as the end of a sentence: "declare a shorter delay or bind a timer". */
  readonly wayOut: string;
}

/** What an adapter is told about the port it opens. */
export interface Opening<P extends Port = Port> {
  readonly service: string;
  readonly port: P;
  readonly environment: Environment;
  /** The contracts behind the adapter's parts, by what it calls them. */
  readonly parts: Readonly<Record<string, unknown>>;
}

type Resolved<Needs extends readonly ServiceIdentifier[]> = {
  [I in keyof Needs]: Needs[I] extends ServiceIdentifier<infer T> ? T : never;
};

/** Makes an adapter, with what it needs typed. Factories call this; composition roots call factories. */
export function adapter<
  const Kind extends string,
  const Place extends Cloud | 'any',
  const Guarantees extends object,
  Contract,
  P extends Port = Port,
  const Needs extends readonly ServiceIdentifier[] = [],
>(
  declaration: Pick<Adapter<Kind, Place, Guarantees>, 'kind' | 'cloud' | 'name' | 'guarantees'> & {
    readonly limits?: Readonly<Record<string, Limit>>;
    readonly modules?: readonly ContainerModule[];
    readonly needs?: Needs;
    readonly parts?: (port: NoInfer<P>, use?: PartUse) => Parts;
    readonly triggers?: (place: TriggerPlace) => readonly PlatformTrigger[];
    readonly sweepEveryMs?: number;
    readonly open: (place: Opening<P>, ...needs: Resolved<Needs>) => Contract | Promise<Contract>;
  },
): Adapter<Kind, Place, Guarantees, Contract> {
  return {
    limits: {},
    modules: [],
    needs: [],
    parts: () => ({}),
    triggers: () => [],
    ...declaration,
  } as unknown as Adapter<Kind, Place, Guarantees, Contract>;
}

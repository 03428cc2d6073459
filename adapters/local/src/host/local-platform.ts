import { compose, type Bindings, type Composition } from '@portolan/composition';
import type { Upgrades } from '@portolan/http/sockets';
import {
  PortError,
  runEmbedded,
  type DeadLetter,
  type DeadLetterOptions,
  type Environment,
  type Page,
  type RunningService,
  type Schedules,
  type Service,
} from '@portolan/kernel';
import { ContainerModule } from 'inversify';
import type { Mailbox } from '../delivery/mailbox.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { objectPages } from '../objects/object-pages.ts';
import { closableAlarm, nodeEnvironment, systemAlarm, type Alarm } from '@portolan/node';
import { Engine } from '../engine/engine.ts';
import { Runtime, runtimeToken } from './runtime.ts';
import { sqliteSchedules } from './schedules.ts';

export interface LocalOptions {
  /** The platform's one file, made where there is none; SQLite keeps a second one beside it, objects a folder. */
  readonly file: string;
  /** Where clients reach the platform, for URLs of objects. @default what `servedAt` is told */
  readonly publicUrl?: string;
  /** What functions are given instead of this process's own clock, ids, randomness and a silent log. */
  readonly environment?: Partial<Environment>;
  /** Time, for tests. @default the system's */
  readonly alarm?: Alarm;
  /** How long `stop` and `close` wait for work under way, in milliseconds. @default 10 s */
  readonly graceMs?: number;
}

/** A service that runs here: what its triggers call, and what an HTTP server needs to call it. */
export interface LocalService<S extends Service = Service> extends RunningService {
  readonly service: S;
}

/** Names a place where dead letters lie: a queue or timer, or one subscription of a topic or of objects. */
export interface DeadLetterPlace {
  readonly service: string;
  readonly port: string;
  readonly subscription?: string;
}

/** The embedded platform: any number of services in one process, over one file. */
export interface LocalPlatform extends AsyncDisposable {
  readonly environment: Environment;
  /** For an HTTP server, to open sockets at the paths of the channels that run here: `nodeServer(api, { upgrades })`. */
  readonly upgrades: Upgrades;
  /**
   * For an HTTP server, to answer the URLs that objects are shared by: the paths below `/_objects/`.
   *
   * @returns Whether the request was for one; if not, it was left alone.
   */
  serveObjects(request: IncomingMessage, response: ServerResponse): boolean;
  /** Tells where that server listens, `http://127.0.0.1:4400`: before, and without `publicUrl`, no URL can be signed. */
  servedAt(url: string): void;
  /**
   * Runs a service until it is stopped or the platform is closed.
   *
   * @throws {CompositionError} when an adapter cannot do what a port asks for.
   */
  run<const S extends Service>(
    service: S,
    bindings: Bindings<S, 'local'>,
    options?: RunOptions,
  ): Promise<LocalService<S>>;
  /** Where dead letters may lie, with how many lie there, of the services that run or have run here. */
  deadLetterPlaces(): readonly (DeadLetterPlace & { readonly count: number })[];
  /** @throws {PortError} `not-found` for a place that does not exist. */
  deadLetters(place: DeadLetterPlace, options?: DeadLetterOptions): Promise<Page<DeadLetter<unknown>>>;
  /** Sends the oldest dead letters back. @returns How many. @throws {PortError} `not-found` as above. */
  redrive(place: DeadLetterPlace, options?: { readonly limit?: number }): Promise<number>;
  /** Stops every service, waits for work under way, and lets the file go. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** Loaded last, so that they may replace what adapters bring. */
  readonly modules?: readonly ContainerModule[];
}

/**
 * Opens the embedded platform.
 *
 * @throws {PortError} `unavailable` while another process has the file open; `corrupted` for a file of another kind.
 */
export async function openLocal(options: LocalOptions): Promise<LocalPlatform> {
  const alarm = closableAlarm(options.alarm ?? systemAlarm(options.environment?.clock));
  return new SqlitePlatform(new Engine(options.file, alarm), alarm, options);
}

class SqlitePlatform implements LocalPlatform {
  readonly environment: Environment;
  readonly #engine: Engine;
  readonly #alarm: ReturnType<typeof closableAlarm>;
  readonly #runtime: Runtime;
  readonly #schedules: Schedules;
  readonly #graceMs: number;
  readonly serveObjects: LocalPlatform['serveObjects'];
  readonly #running = new Map<string, Promise<RunningService>>();

  constructor(engine: Engine, alarm: ReturnType<typeof closableAlarm>, options: LocalOptions) {
    this.environment = nodeEnvironment(alarm, options.environment);
    this.#engine = engine;
    this.#alarm = alarm;
    this.#runtime = new Runtime(engine);
    this.#runtime.links.publicUrl = options.publicUrl;
    this.serveObjects = objectPages(this.#runtime.links, this.environment.log);
    this.#schedules = sqliteSchedules(engine);
    this.#graceMs = options.graceMs ?? 10_000;
  }

  get upgrades(): Upgrades {
    return this.#runtime.upgrades;
  }

  servedAt(url: string): void {
    this.#runtime.links.publicUrl ??= url;
  }

  async run<const S extends Service>(
    service: S,
    bindings: Bindings<S, 'local'>,
    options: RunOptions = {},
  ): Promise<LocalService<S>> {
    if (this.#running.has(service.name)) throw new PortError('invalid', `service "${service.name}" runs here already`);
    const shared = new ContainerModule(({ bind }) => {
      bind(runtimeToken).toConstantValue(this.#runtime);
    });
    const composition = compose(service, 'local', bindings, {
      environment: this.environment,
      modules: [shared, ...(options.modules ?? [])],
    });
    // Noted before it has started, so that it cannot be started twice at the same time.
    const running = this.#start(composition).catch((error: unknown) => {
      this.#running.delete(service.name);
      throw error;
    });
    this.#running.set(service.name, running);
    const { functions, stop } = await running;
    return { service, functions, stop };
  }

  deadLetterPlaces(): readonly (DeadLetterPlace & { readonly count: number })[] {
    return this.#runtime.mailboxes.map(({ mailbox, ...place }) => ({ ...place, count: mailbox.countDead() }));
  }

  async deadLetters(place: DeadLetterPlace, options?: DeadLetterOptions): Promise<Page<DeadLetter<unknown>>> {
    return this.#mailbox(place).deadLetters(options);
  }

  async redrive(place: DeadLetterPlace, options?: { readonly limit?: number }): Promise<number> {
    return this.#mailbox(place).redrive(options);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(async (service) => (await service).stop()));
    this.#engine.close();
    this.#alarm.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #start(composition: Composition): Promise<RunningService> {
    const { service } = composition;
    try {
      const contracts = await composition.contracts(Object.keys(service.ports));
      const { functions, stop } = await runEmbedded(service, contracts, this.environment, this.#schedules);
      let stopped: Promise<void> | undefined;
      return { functions, stop: () => (stopped ??= this.#stop(composition, stop())) };
    } catch (error) {
      // What has been opened and started already must not go on without the rest.
      await composition.close();
      throw error;
    }
  }

  async #stop(composition: Composition, stopped: Promise<void>): Promise<void> {
    await this.#withinGrace(stopped, composition.service.name);
    await composition.close();
    this.#running.delete(composition.service.name);
  }

  #mailbox({ service, port, subscription }: DeadLetterPlace): Mailbox {
    const found = this.#runtime.mailboxes.find(
      (m) => m.service === service && m.port === port && m.subscription === subscription,
    );
    if (found !== undefined) return found.mailbox;
    const name = [service, port, ...(subscription === undefined ? [] : [subscription])].join('/');
    throw new PortError('not-found', `there are no dead letters at "${name}"; deadLetterPlaces() lists the places`);
  }

  /** Handlers that do not end in time are left behind: their messages come again after the next start. */
  async #withinGrace(stopped: Promise<void>, service: string): Promise<void> {
    let cancel: () => void = () => {};
    const late = new Promise<'late'>((resolve) => {
      cancel = this.#alarm.schedule(this.#alarm.clock.now() + this.#graceMs, () => resolve('late'));
    });
    const outcome = await Promise.race([stopped, late]);
    cancel();
    if (outcome === 'late')
      this.environment.log.warn('stopped with work under way', { service, graceMs: this.#graceMs });
  }
}

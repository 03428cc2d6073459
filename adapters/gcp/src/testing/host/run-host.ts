import { compose, type Bindings } from '@portolan/composition';
import type { SocketHostedService, SocketHostHarness } from '@portolan/conformance';
import { requestOver, socketPathOf, type EngineProcess } from '@portolan/conformance/engine';
import { SocketClients } from '@portolan/conformance/sockets';
import { silentLog, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { cloudRun, type CloudRunServer } from '../../host/cloud-run.ts';
import { functionPath } from '../../host/run-routes.ts';
import { freshService } from '../harness-environment.ts';
import { PushWorld } from '../push-world.ts';
import { adapters } from './cloud-host.ts';
import { freePorts } from '../loopback-ports.ts';
import { provision, tickJob, type Target } from './provision.ts';
import { engineSettings, invoker, location, project, urlVariables } from './settings.ts';

/** Looks at engine and clients without any change, after which nothing goes on; and looks at most. */
const [quietLooks, maxLooks] = [3, 500];

/**
 * `cloudRun()` with the platform around it, as {@link CloudHost} has it around functions: one server for all of them, in as
 * many instances as are asked for. Each client and each request of a client comes to the next one, other calls to the first.
 */
export class RunHost implements SocketHostHarness {
  readonly #engine: EngineProcess;
  readonly #world: PushWorld;
  readonly #instances: number;
  readonly #allowOrigin: readonly string[];
  readonly #clients = new SocketClients();
  readonly #servers: CloudRunServer[] = [];

  /** @param engine - Of host-engine.ts. */
  /** @param allowOrigin - As the option of `cloudRun`. */
  constructor(engine: EngineProcess, instances = 1, allowOrigin: readonly string[] = []) {
    this.#allowOrigin = allowOrigin;
    this.#engine = engine;
    this.#instances = instances;
    this.#world = new PushWorld(engine);
  }

  async start(subject: Service): Promise<SocketHostedService> {
    const service = { ...subject, name: freshService() };
    const bound = Object.keys(service.ports).map((name) => [name, adapters[name]]);
    const bindings = Object.fromEntries(bound) as Bindings<Service, 'gcp'>;
    const ports = await freePorts(this.#instances);
    const functions = Object.keys(service.functions).map((name) => [
      name,
      `http://127.0.0.1:${ports[0]}${functionPath(name)}`,
    ]);
    const urls = Object.fromEntries(functions) as Readonly<Record<string, string>>;
    Object.assign(process.env, await engineSettings(this.#engine.port), urlVariables(service, urls));
    const environment = { ...this.#world.environment, log: silentLog };
    const outside = compose(service, 'gcp', bindings, { environment });
    const target: Target = { port: this.#engine.port, project, location, urls, invoker };
    await provision(service, outside.bindings, target);
    for (const port of ports) {
      const options = { port, host: '127.0.0.1', alarm: this.#world.alarm, environment, checkReplies: true };
      this.#servers.push(await cloudRun(service, bindings, { ...options, allowOrigin: this.#allowOrigin }));
    }
    let turns = 0;
    const next = (): number => ports[turns++ % ports.length]!;
    return {
      request: (request) => requestOver(next(), request),
      dial: (channel, request) =>
        this.#clients.dial(`ws://127.0.0.1:${next()}${socketPathOf(service, channel)}`, request),
      tick: (name, at) => tickJob(target, service.name, name, at),
      open: async <P extends Port>({ name }: P) => (await outside.contracts([name]))[name] as ContractOf<P>,
    };
  }

  now(): number {
    return this.#world.now();
  }

  async pass(durationMs: number): Promise<void> {
    await this.#world.pass(durationMs);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let looks = 0, quiet = 0, seen = -1; quiet < quietLooks && looks < maxLooks; looks++) {
      await this.#world.settle();
      const now = this.#clients.events + (await this.#world.changes());
      quiet = now === seen ? quiet + 1 : 0;
      seen = now;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clients[Symbol.dispose]();
    for (const server of this.#servers) await server.stop();
  }
}

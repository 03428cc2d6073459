import { compose, type Bindings } from '@portolan/composition';
import type { HostedService, HostHarness } from '@portolan/conformance';
import { requestOver, type EngineProcess } from '@portolan/conformance/engine';
import { silentLog, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { cloudRun, type CloudRunServer } from '../../host/cloud-run.ts';
import { functionPath } from '../../host/run-routes.ts';
import { freshService } from '../harness-environment.ts';
import { PushWorld } from '../push-world.ts';
import { adapters } from './cloud-host.ts';
import { freePorts } from './function-process.ts';
import { provision, tickJob, type Target } from './provision.ts';
import { engineSettings, invoker, location, project, urlVariables } from './settings.ts';

/** `cloudRun()` with the platform around it, as {@link CloudHost} has it around functions: one server for all of them. */
export class RunHost implements HostHarness {
  readonly #engine: EngineProcess;
  readonly #world: PushWorld;
  #server: CloudRunServer | undefined;

  /** @param engine - Of host-engine.ts. */
  constructor(engine: EngineProcess) {
    this.#engine = engine;
    this.#world = new PushWorld(engine);
  }

  async start(subject: Service): Promise<HostedService> {
    const service = { ...subject, name: freshService() };
    const ports = Object.keys(service.ports).map((name) => [name, adapters[name]]);
    const bindings = Object.fromEntries(ports) as Bindings<Service, 'gcp'>;
    const [port] = await freePorts(1);
    const functions = Object.keys(service.functions).map((name) => [
      name,
      `http://127.0.0.1:${port}${functionPath(name)}`,
    ]);
    const urls = Object.fromEntries(functions) as Readonly<Record<string, string>>;
    Object.assign(process.env, await engineSettings(this.#engine.port), urlVariables(service, urls));
    const environment = { ...this.#world.environment, log: silentLog };
    this.#server = await cloudRun(service, bindings, {
      port: port!,
      host: '127.0.0.1',
      alarm: this.#world.alarm,
      environment,
      checkReplies: true,
    });
    const outside = compose(service, 'gcp', bindings, { environment });
    const target: Target = { port: this.#engine.port, project, location, urls, invoker };
    await provision(service, outside.bindings, target);
    return {
      request: (request) => requestOver(port!, request),
      tick: (name, at) => tickJob(target, service.name, name, at),
      open: async <P extends Port>({ name }: P) => (await outside.contracts([name]))[name] as ContractOf<P>,
    };
  }

  now(): number {
    return this.#world.now();
  }

  pass(durationMs: number): Promise<void> {
    return this.#world.pass(durationMs);
  }

  settle(): Promise<void> {
    return this.#world.settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.stop();
  }
}

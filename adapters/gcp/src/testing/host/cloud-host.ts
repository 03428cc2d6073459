import { compose, type Bindings } from '@portolan/composition';
import type { HostedService, HostHarness } from '@portolan/conformance';
import { requestOver, type EngineProcess } from '@portolan/conformance/engine';
import { silentLog, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { cloudRunChannel } from '../../channel/cloud-run-channel.ts';
import { cloudFunctions } from '../../host/cloud-functions.ts';
import { cloudStorageObjects } from '../../objects/cloud-storage-objects.ts';
import { cloudTasksQueue } from '../../queue/cloud-tasks-queue.ts';
import { pubsubQueue } from '../../queue/pubsub-queue.ts';
import { firestoreTable } from '../../table/firestore-table.ts';
import { cloudTasksTimer } from '../../timer/cloud-tasks-timer.ts';
import { pubsubTopic } from '../../topic/pubsub-topic.ts';
import { freshService } from '../harness-environment.ts';
import { PushWorld } from '../push-world.ts';
import { serveFunctions, type Served } from './framework.ts';
import { provision, tickJob, type Target } from './provision.ts';
import { engineSettings, invoker, location, project, urlVariables } from './settings.ts';

/** For the subjects of all hosts. Both kinds of queue: what Cloud Tasks calls with, and what Pub/Sub pushes. */
export const adapters: Readonly<Record<string, unknown>> = {
  notes: firestoreTable(),
  jobs: cloudTasksQueue(),
  lots: pubsubQueue(),
  news: pubsubTopic(),
  alarms: cloudTasksTimer(),
  files: cloudStorageObjects(),
  sights: firestoreTable(),
  live: cloudRunChannel(),
  desk: cloudRunChannel(),
};

/**
 * `cloudFunctions()` behind the Functions Framework, with the platform around it: Cloud Tasks, push subscriptions and Cloud
 * Scheduler, which show who they are by tokens. Everything finds everything by environment variables, as in production.
 */
export class CloudHost implements HostHarness {
  readonly #engine: EngineProcess;
  readonly #world: PushWorld;
  #served: Served | undefined;

  /** @param engine - Of host-engine.ts. */
  constructor(engine: EngineProcess) {
    this.#engine = engine;
    this.#world = new PushWorld(engine);
  }

  async start(subject: Service): Promise<HostedService> {
    // The engine is shared by many harnesses: each has a service, and so resources, of its own.
    const service = { ...subject, name: freshService() };
    const bindings = Object.fromEntries(Object.keys(service.ports).map((name) => [name, adapters[name]])) as Bindings<
      Service,
      'gcp'
    >;
    Object.assign(process.env, await engineSettings(this.#engine.port));
    const environment = { ...this.#world.environment, log: silentLog };
    const functions = cloudFunctions(service, bindings, {
      alarm: this.#world.alarm,
      environment,
      checkReplies: true,
    });
    this.#served = await serveFunctions(functions);
    const { urls, ports } = this.#served;
    Object.assign(process.env, urlVariables(service, urls));
    const outside = compose(service, 'gcp', bindings, { environment });
    const target: Target = { port: this.#engine.port, project, location, urls, invoker };
    await provision(service, outside.bindings, target);
    return {
      request: (request) => requestOver(ports['api']!, request),
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
    await this.#served?.[Symbol.asyncDispose]();
  }
}

import { compose, type Adapter, type Bindings, type Composition } from '@portolan/composition';
import type { ClientRequest, ClientResponse, SocketHostedService, SocketHostHarness } from '@portolan/conformance';
import { requestOver } from '@portolan/conformance/engine';
import type { ContractOf, Port, Service } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { hubName } from '../../channel/resources.ts';
import { environmentOf } from '../follow.ts';
import { passTime, settleAll } from '../polling.ts';
import { serviceNames } from '../service-names.ts';
import { deployTo, type startAzureEngines } from './deployment.ts';
import type { FunctionsHost } from './functions-host.ts';
import type { WebPubSubDouble } from '../web-pubsub/web-pubsub-double.ts';

/** How long functions that run are given to come to an end, in real milliseconds, before they are taken to wait for something. */
const patienceMs = 150;

type Engines = Awaited<ReturnType<typeof startAzureEngines>>;

/** A function app of this folder, and what its service is bound to. */
export interface HostedApp {
  readonly main: string;
  readonly bindings: Readonly<Record<string, Adapter>>;
}

/** A function app in a worker's process, called by the doubles of the Functions host and of Web PubSub, over Azurite. */
export class AzureHost implements SocketHostHarness {
  readonly #engines: Engines;
  readonly #app: HostedApp;
  readonly #stage = serviceNames.next();
  readonly #environment;
  #host: FunctionsHost | undefined;
  #sockets: WebPubSubDouble | undefined;
  #composition: Composition | undefined;

  constructor(engines: Engines, app: HostedApp) {
    this.#engines = engines;
    this.#app = app;
    this.#environment = environmentOf(engines.storage);
  }

  async start(service: Service): Promise<SocketHostedService> {
    // The zone is that of the subject's schedule: its ticks are then the trigger's own.
    const settings = { PORTOLAN_STAGE: this.#stage, WEBSITE_TIME_ZONE: 'Europe/Paris' };
    // What is made and looked at from outside, here, goes by the same settings.
    Object.assign(process.env, settings);
    const { main, bindings } = this.#app;
    const app = { directory: import.meta.dirname, main, env: settings };
    const { host, sockets, env } = await deployTo({ ...this.#engines, service, bindings, app });
    this.#host = host;
    this.#sockets = sockets;
    Object.assign(process.env, env);
    const environment = this.#environment;
    const composition = compose(service, 'azure', bindings as Bindings<Service, 'azure'>, { environment });
    this.#composition = composition;
    return {
      request: (request: ClientRequest): Promise<ClientResponse> => requestOver(host.port, request),
      dial: ({ name }, request = {}) =>
        sockets.dial(hubName(resourceName(service.name, name, undefined, settings)), request),
      tick: (name, at) => host.fireTimer(name, at, at - 60_000),
      open: async <P extends Port>({ name }: P) => (await composition.contracts([name]))[name] as ContractOf<P>,
    };
  }

  now(): number {
    return this.#engines.storage.now();
  }

  pass(durationMs: number): Promise<void> {
    const engines = { now: () => this.now(), pass: (stepMs: number) => this.#engines.pass(stepMs) };
    return passTime(engines, durationMs, () => this.settle());
  }

  settle(): Promise<void> {
    // What is called over HTTP has nothing to be polled for.
    const sockets = () => ({ poll: async () => 0, running: this.#sockets?.running ?? [] });
    return settleAll(() => [...(this.#host?.pollers ?? []), sockets()], patienceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.[Symbol.asyncDispose]();
    await this.#sockets?.[Symbol.asyncDispose]();
    await this.#composition?.close();
    this.#environment[Symbol.dispose]();
  }
}

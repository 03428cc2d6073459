import { checkBindings, type Adapter } from '@portolan/composition';
import { startEngine, type EngineProcess } from '@portolan/conformance/engine';
import type { Service } from '@portolan/kernel';
import { systemAlarm } from '@portolan/node';
import { queueClients } from '../../clients/queue-clients.ts';
import { startStorage, type StorageEngine } from '../storage-engine.ts';
import { WebPubSubDouble } from '../web-pubsub/web-pubsub-double.ts';
import { FunctionsHost } from './functions-host.ts';
import type { AppPlace } from './functions-worker.ts';
import { hubSettings, provisionHubs, provisionStorage, provisionSubscriptions, topicSettings } from './provision.ts';

/** Azurite and the double of Event Grid, and the process of functions-worker.ts. */
export interface AzureEngines {
  readonly storage: StorageEngine;
  readonly worker: EngineProcess;
}

/** Starts what function apps run on; passing time moves both clocks. */
export async function startAzureEngines() {
  const script = new URL('./functions-worker.ts', import.meta.url);
  const [storage, worker] = await Promise.all([startStorage(), startEngine(script)]);
  return {
    storage,
    worker,
    async pass(durationMs: number): Promise<void> {
      await Promise.all([storage.pass(durationMs), worker.pass(durationMs)]);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([storage[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
    },
  };
}

export interface DeploymentOptions extends AzureEngines {
  readonly service: Service;
  readonly bindings: Readonly<Record<string, Adapter>>;
  /** The app, with settings of its own. */
  readonly app: AppPlace;
}

/**
 * Deploys a function app to engines of this machine: makes what has to exist, and starts the app in the worker under the
 * double of the Functions host. The app knows of the engines only by its settings.
 *
 * @returns The host, which has to be let go before the double of Web PubSub, and all the settings.
 */
export async function deployTo({ storage, worker, service, bindings, app }: DeploymentOptions) {
  const given = { ...storage.env, ...app.env };
  const all = checkBindings(service, bindings, 'azure');
  const sockets = await WebPubSubDouble.start(systemAlarm());
  const env = {
    ...given,
    ...topicSettings({ service, bindings: all, env: given }, storage.eventGrid),
    ...hubSettings({ service, bindings: all }, sockets),
  };
  const provisioned = { service, bindings: all, env };
  await provisionStorage(provisioned);
  const clients = queueClients(env);
  const host = await FunctionsHost.start({
    worker,
    app: { ...app, env },
    queue: (connection, name) => clients.client(connection, name),
  });
  await provisionSubscriptions(provisioned, storage.eventGrid, (name) => host.webhookOf(name));
  await provisionHubs(provisioned, sockets, `http://127.0.0.1:${host.port}`);
  return { host, sockets, env };
}

import { compose, type Adapter, type Bindings } from '@portolan/composition';
import type { SocketHostedService } from '@portolan/conformance';
import { requestOver, startEngine } from '@portolan/conformance/engine';
import { silentLog, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { closableAlarm, nodeEnvironment, resourceName, systemAlarm } from '@portolan/node';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hubName } from '../../channel/resources.ts';
import { startStorage } from '../storage-engine.ts';
import { hostsBeside } from './hosts-beside.ts';
import { deployTo } from './deployment.ts';

/** A service as it was built, deployed to engines of this machine: its function app in a process of its own. */
export interface Deployment extends SocketHostedService, AsyncDisposable {
  /** The app's functions, by name. */
  readonly functions: readonly string[];
  /** What failed functions said. */
  failures(): readonly string[];
}

export interface DeployOptions {
  readonly service: Service;
  readonly bindings: Readonly<Record<string, Adapter>>;
  /** The folder of the artefact: what is zipped, and lies in `wwwroot`. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** More functions for messages, which run in this process: they hear what the app says. @default none */
  readonly beside?: Service['functions'];
}

/** How often the host looks at its queues, in milliseconds; the real one looks less often where nothing comes. */
const pollMs = 50;

const minuteMs = 60_000;

/**
 * Deploys a built function app: makes what has to exist, and runs it under the double of the Functions host over Azurite and
 * the doubles of Event Grid and Web PubSub, which it knows only by its settings. This process has the same settings from here
 * on, to look in from outside.
 */
export async function deploy({ service, bindings, directory, env, beside = {} }: DeployOptions): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const script = new URL(`./functions-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const [storage, worker] = [stack.use(await startStorage()), stack.use(await startEngine(script))];
  const whole: Service = { ...service, functions: { ...service.functions, ...beside } };
  const deployed = await deployTo({ storage, worker, service: whole, bindings, app: { directory, env } });
  const { host, sockets, env: settings } = deployed;
  stack.use(sockets);
  stack.use(host);
  Object.assign(process.env, settings);
  const alarm = closableAlarm(systemAlarm());
  stack.defer(() => alarm.close());
  const environment = nodeEnvironment(alarm, { log: silentLog });
  const outside = compose(whole, 'azure', bindings as Bindings<Service, 'azure'>, { environment });
  stack.defer(() => outside.close());
  const pollers = [...host.pollers, ...(await hostsBeside(outside, Object.keys(beside), { alarm, env: settings }))];
  const polling = setInterval(() => void Promise.allSettled(pollers.map((poller) => poller.poll())), pollMs);
  stack.defer(() => clearInterval(polling));
  const owned = stack.move();
  return {
    request: (request) => requestOver(host.port, request),
    dial: ({ name }, request = {}) =>
      sockets.dial(hubName(resourceName(service.name, name, undefined, settings)), request),
    tick: (name, at) => host.fireTimer(name, at, at - minuteMs),
    open: async <P extends Port>({ name }: P) => (await outside.contracts([name]))[name] as ContractOf<P>,
    functions: host.functions.map(({ name }) => name),
    failures: () => host.failures,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

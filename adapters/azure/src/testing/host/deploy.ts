import type { Adapter } from '@portolan/composition';
import type { ClientRequest, ClientResponse, Dialled, DialRequest } from '@portolan/conformance';
import { requestOver, startEngine } from '@portolan/conformance/engine';
import type { Service } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hubName } from '../../channel/resources.ts';
import { startStorage } from '../storage-engine.ts';
import { deployTo } from './deployment.ts';

/** A service as it was built, deployed to engines of this machine: its function app in a process of its own. */
export interface Deployment extends AsyncDisposable {
  request(request: ClientRequest): Promise<ClientResponse>;
  /** Asks for a connection to a channel of the service, as a client of Web PubSub. */
  dial(channel: string, request?: Partial<DialRequest>): Promise<Dialled>;
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
}

/** How often the host looks at its queues, in milliseconds; the real one looks less often where nothing comes. */
const pollMs = 50;

/**
 * Deploys a built function app: makes what has to exist, and runs it under the double of the Functions host over Azurite and
 * the doubles of Event Grid and Web PubSub, which it knows only by its settings.
 */
export async function deploy({ service, bindings, directory, env }: DeployOptions): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const script = new URL(`./functions-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const [storage, worker] = [stack.use(await startStorage()), stack.use(await startEngine(script))];
  const {
    host,
    sockets,
    env: settings,
  } = await deployTo({ storage, worker, service, bindings, app: { directory, env } });
  stack.use(sockets);
  stack.use(host);
  const polling = setInterval(() => void Promise.allSettled(host.pollers.map((poller) => poller.poll())), pollMs);
  stack.defer(() => clearInterval(polling));
  const owned = stack.move();
  return {
    request: (request) => requestOver(host.port, request),
    dial: (channel, request = {}) =>
      sockets.dial(hubName(resourceName(service.name, channel, undefined, settings)), request),
    functions: host.functions.map(({ name }) => name),
    failures: () => host.failures,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

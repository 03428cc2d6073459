import { checkBindings, type Adapter } from '@portolan/composition';
import type { ClientRequest, ClientResponse } from '@portolan/conformance';
import { requestOver, startEngine } from '@portolan/conformance/engine';
import type { Service } from '@portolan/kernel';
import { freePorts } from '../loopback-ports.ts';
import { startFunction } from './function-process.ts';
import { provision, tickJob, type Target } from './provision.ts';
import { engineSettings, invoker, location, project, urlVariables } from './settings.ts';

/** A service as it was built, deployed to doubles of this machine: each function in a process of its own. */
export interface Deployment extends AsyncDisposable {
  request(request: ClientRequest): Promise<ClientResponse>;
  /** What the functions wrote, by name. */
  logs(): Readonly<Record<string, string>>;
}

export interface DeploymentOptions {
  readonly service: Service;
  readonly bindings: Readonly<Record<string, Adapter>>;
  /** The folder of the artefact. */
  readonly source: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Deploys: makes what has to exist, starts every function under the Functions Framework, and runs each schedule once. The
 * functions know of it only by environment variables; who calls them shows who they are by tokens.
 */
export async function deploy({ service, bindings, source, env }: DeploymentOptions): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await startEngine(new URL('./host-engine.ts', import.meta.url)));
  const names = Object.keys(service.functions);
  const ports = await freePorts(names.length);
  const portOf = Object.fromEntries(names.map((name, index) => [name, ports[index]!]));
  const urls = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${portOf[name]}`]));
  const target: Target = { port: engine.port, project, location, urls, invoker };
  await provision(service, checkBindings(service, bindings, 'gcp'), target);

  const settings = { ...(await engineSettings(engine.port)), ...urlVariables(service, urls), ...env };
  const functions = await Promise.all(
    names.map(async (name) => {
      const started = await startFunction({ source, target: name, port: portOf[name]!, env: settings });
      return [name, stack.use(started)] as const;
    }),
  );
  for (const [name, { trigger }] of Object.entries(service.functions)) {
    if (trigger.kind !== 'every' && trigger.kind !== 'cron') continue;
    await tickJob(target, service.name, name, Date.now());
  }

  const owned = stack.move();
  const api = Object.entries(service.functions).find(([, { trigger }]) => trigger.kind === 'http')![0];
  return {
    request: (request) => requestOver(portOf[api]!, request),
    logs: () => Object.fromEntries(functions.map(([name, { log }]) => [name, log()])),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

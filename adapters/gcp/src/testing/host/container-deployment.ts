import { compose, type Adapter, type Bindings } from '@portolan/composition';
import type { SocketHostedService } from '@portolan/conformance';
import { requestOver, socketPathOf, startEngine } from '@portolan/conformance/engine';
import { SocketClients } from '@portolan/conformance/sockets';
import { silentLog, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { closableAlarm, nodeEnvironment, systemAlarm } from '@portolan/node';
import { join } from 'node:path';
import { cloudFunctions } from '../../host/cloud-functions.ts';
import { functionPath } from '../../host/run-routes.ts';
import { startContainer } from './container-process.ts';
import { serveFunctions } from './framework.ts';
import { freePorts } from '../loopback-ports.ts';
import { provision, tickJob, type Target } from './provision.ts';
import { engineSettings, invoker, location, project, urlVariables } from './settings.ts';

/** A service as it was built for Cloud Run, deployed to doubles of this machine: all of it in one container. */
export interface ContainerDeployment extends SocketHostedService, AsyncDisposable {
  /** What the container wrote. */
  logs(): string;
  /** Ends it as Cloud Run does. @returns Its exit code, and how long it took, in milliseconds. */
  terminate(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

export interface ContainerDeploymentOptions {
  readonly service: Service;
  readonly bindings: Readonly<Record<string, Adapter>>;
  /** The folder of the artefact. */
  readonly source: string;
  readonly env: Readonly<Record<string, string>>;
  /** More functions for messages, which run in this process: they hear what the container says. @default none */
  readonly beside?: Service['functions'];
}

/**
 * Deploys: makes what has to exist, and starts the container. It knows of the doubles only by environment variables, which
 * this process has as well from here on, to look in from outside; who calls its functions shows who they are by tokens.
 */
export async function deployContainer(options: ContainerDeploymentOptions): Promise<ContainerDeployment> {
  const { service, bindings, source, env, beside = {} } = options;
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await startEngine(new URL('./host-engine.ts', import.meta.url)));
  const settings = { ...(await engineSettings(engine.port)), ...env };
  Object.assign(process.env, settings);
  const alarm = closableAlarm(systemAlarm());
  stack.defer(() => alarm.close());
  const environment = nodeEnvironment(alarm, { log: silentLog });
  const all = bindings as Bindings<Service, 'gcp'>;
  const listening = cloudFunctions({ ...service, functions: beside }, all, { alarm, environment });
  const served = stack.use(await serveFunctions(listening));

  const [port] = (await freePorts(1)) as [number];
  const base = `http://127.0.0.1:${port}`;
  const own = Object.keys(service.functions).map((name) => [name, `${base}${functionPath(name)}`]);
  const urls: Readonly<Record<string, string>> = { ...Object.fromEntries(own), ...served.urls };
  const whole: Service = { ...service, functions: { ...service.functions, ...beside } };
  Object.assign(process.env, urlVariables(whole, urls));
  const outside = compose(whole, 'gcp', all, { environment });
  stack.defer(() => outside.close());
  const target: Target = { port: engine.port, project, location, urls, invoker };
  await provision(whole, outside.bindings, target);

  const variables = { ...settings, PORTOLAN_URL: base };
  const container = stack.use(await startContainer(port, variables, [join(source, 'main.cjs')]));
  const clients = stack.use(new SocketClients());
  const owned = stack.move();
  return {
    request: (request) => requestOver(port, request),
    dial: (channel, request) => clients.dial(`ws://127.0.0.1:${port}${socketPathOf(service, channel)}`, request),
    tick: (name, at) => tickJob(target, service.name, name, at),
    open: async <P extends Port>({ name }: P) => (await outside.contracts([name]))[name] as ContractOf<P>,
    logs: () => container.log(),
    terminate: () => container.terminate(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { compose, hostFunction, type Adapter, type Bindings } from '@portolan/composition';
import type { SocketHostedService } from '@portolan/conformance';
import { silentLog, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { closableAlarm, nodeEnvironment, systemAlarm } from '@portolan/node';
import { endpointVariable } from '../channel/api-gateway-channel.ts';
import { channelApiName } from '../channel/channel-resource.ts';
import { tickInput } from '../host/tick-event.ts';
import { accountOfTests, clientConfig } from './aws-engine.ts';
import { startEngines } from './engines.ts';
import { EventSource } from './event-source.ts';
import { requestThrough } from './http-front.ts';
import { LambdaProcess } from './lambda-process.ts';
import { provision } from './provision.ts';
import { s3Client } from './s3/objects-wiring.ts';

/** A service as it was built, deployed to engines of this machine: each function in a process of its own. */
export interface Deployment extends SocketHostedService, AsyncDisposable {
  /** What the functions wrote, by name. */
  logs(): Readonly<Record<string, string>>;
}

export interface DeploymentOptions {
  readonly service: Service;
  readonly bindings: Readonly<Record<string, Adapter>>;
  /** The folder of the artefact. */
  readonly taskRoot: string;
  readonly env: Readonly<Record<string, string>>;
  /** More functions for messages, which run in this process: they hear what the artefact says. @default none */
  readonly beside?: Service['functions'];
}

/** How often what waits for time is looked at, in milliseconds. */
const pollMs = 50;

/** How long a function beside the artefact has for an event, in milliseconds. */
const besideMs = 30_000;

/**
 * Deploys: makes what has to exist, starts functions as they are called, and is their event sources and schedules. The
 * functions know of it only by the variables that SDKs read; this process has the same from here on, to look in from outside.
 */
export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const { service, bindings, taskRoot, env, beside = {} } = options;
  await using stack = new AsyncDisposableStack();
  const engines = stack.use(await startEngines());
  const { tables, queues, events, s3, gateway } = engines;
  const clients = {
    dynamodb: new DynamoDBClient(clientConfig(tables)),
    sqs: new SQSClient(clientConfig(queues)),
    events: new EventBridgeClient(clientConfig(events)),
    s3: s3Client(s3),
  };
  for (const client of Object.values(clients)) stack.defer(() => client.destroy());
  const sdk = sdkVariables(service, engines);
  // Lambda sets no account; who looks in from outside has none of its calls to know it by.
  Object.assign(process.env, sdk, { AWS_ACCOUNT_ID: accountOfTests });
  const alarm = closableAlarm(systemAlarm());
  stack.defer(() => alarm.close());
  const whole = { ...service, functions: { ...service.functions, ...beside } };
  const environment = nodeEnvironment(alarm, { log: silentLog });
  const outside = compose(whole as Service, 'aws', bindings as Bindings<Service, 'aws'>, { environment });
  stack.defer(() => outside.close());
  await provision(whole, outside.bindings, clients);

  const functions = Object.fromEntries(
    Object.keys(service.functions).map((name) => [
      name,
      stack.use(new LambdaProcess({ taskRoot, handler: `main.${name}`, env: { ...sdk, ...env } })),
    ]),
  );
  const invoke = async (name: string, event: unknown): Promise<unknown> => {
    if (functions[name] !== undefined) return functions[name].invoke(event);
    const hosted = await hostFunction(outside, name, (at, ring) => alarm.schedule(at, ring));
    return hosted.receive(event, alarm.clock.now() + besideMs);
  };
  const sources: EventSource[] = [];
  const sweeps: LambdaProcess[] = [];
  for (const [name, { trigger }] of Object.entries(whole.functions)) {
    if (trigger.kind === 'channel') {
      const api = channelApiName(service.name, trigger.port.name);
      stack.defer(gateway.serve(api, (event) => invoke(name, event)));
    }
    if (trigger.kind !== 'message') continue;
    const { adapter, port } = outside.bindings.get(trigger.port.name)!;
    for (const { resource } of adapter.triggers({ service: service.name, port, subscription: name })) {
      sources.push(new EventSource(clients.sqs, resource, 10, (event) => invoke(name, event)));
    }
    if (adapter.sweepEveryMs !== undefined && functions[name] !== undefined) sweeps.push(functions[name]);
  }
  const polling = setInterval(() => void Promise.allSettled(sources.map((source) => source.poll())), pollMs);
  stack.defer(() => clearInterval(polling));
  // Schedules begin with a tick: what the platform would do within a minute.
  await Promise.all(sweeps.map((fn) => fn.invoke(tickAt(alarm.clock.now()))));

  const owned = stack.move();
  const api = Object.entries(service.functions).find(([, { trigger }]) => trigger.kind === 'http')?.[0] ?? '';
  return {
    request: (request) => requestThrough((event) => invoke(api, event), request),
    dial: (port, request) => gateway.dial(channelApiName(service.name, port.name), request),
    tick: async (name, at) => void (await invoke(name, tickAt(at))),
    open: async <P extends Port>({ name }: P) => (await outside.contracts([name]))[name] as ContractOf<P>,
    logs: () => Object.fromEntries(Object.entries(functions).map(([name, { log }]) => [name, log])),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What EventBridge Scheduler sends at an instant. */
const tickAt = (at: number): unknown =>
  JSON.parse(tickInput.replace('<aws.scheduler.scheduled-time>', new Date(at).toISOString()));

/** The variables by which SDKs find the engines. */
function sdkVariables(
  service: Service,
  { tables, queues, events, s3, gateway }: Awaited<ReturnType<typeof startEngines>>,
): Readonly<Record<string, string>> {
  const at = (engine: { readonly port: number }) => `http://127.0.0.1:${engine.port}`;
  const channels = Object.values(service.ports).filter(({ kind }) => kind === 'channel');
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: at(tables),
    AWS_ENDPOINT_URL_SQS: at(queues),
    AWS_ENDPOINT_URL_EVENTBRIDGE: at(events),
    AWS_ENDPOINT_URL_S3: at(s3),
    ...Object.fromEntries(
      channels.map((port) => [endpointVariable(port), gateway.endpoint(channelApiName(service.name, port.name))]),
    ),
  };
}

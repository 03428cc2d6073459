import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { checkBindings, type Adapter } from '@portolan/composition';
import type { ClientRequest, ClientResponse } from '@portolan/conformance';
import type { Service } from '@portolan/kernel';
import { tickInput } from '../host/tick-event.ts';
import { clientConfig } from './aws-engine.ts';
import { dynalite } from './dynalite.ts';
import { eventBridgeDouble } from './event-bridge-double.ts';
import { EventSource } from './event-source.ts';
import { fauxqs } from './fauxqs.ts';
import { requestThrough } from './http-front.ts';
import { LambdaProcess } from './lambda-process.ts';
import { provision } from './provision.ts';

/** A service as it was built, deployed to engines of this machine: each function in a process of its own. */
export interface Deployment extends AsyncDisposable {
  request(request: ClientRequest): Promise<ClientResponse>;
  /** What the functions wrote, by name. */
  logs(): Readonly<Record<string, string>>;
}

export interface DeploymentOptions {
  readonly service: Service;
  readonly bindings: Readonly<Record<string, Adapter>>;
  /** The folder of the artefact. */
  readonly taskRoot: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How often what waits for time is looked at, in milliseconds. */
const pollMs = 50;

/**
 * Deploys: makes what has to exist, starts functions as they are called, and is their event sources and schedules. The
 * functions know of it only by the variables that SDKs read.
 */
export async function deploy({ service, bindings, taskRoot, env }: DeploymentOptions): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const [tables, queues] = [stack.use(await dynalite()), stack.use(await fauxqs())];
  const events = stack.use(await eventBridgeDouble(queues));
  const clients = {
    dynamodb: new DynamoDBClient(clientConfig(tables)),
    sqs: new SQSClient(clientConfig(queues)),
    events: new EventBridgeClient(clientConfig(events)),
  };
  for (const client of Object.values(clients)) stack.defer(() => client.destroy());
  const all = checkBindings(service, bindings, 'aws');
  await provision(service, all, clients);

  const at = (engine: { readonly port: number }) => `http://127.0.0.1:${engine.port}`;
  const sdk = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: at(tables),
    AWS_ENDPOINT_URL_SQS: at(queues),
    AWS_ENDPOINT_URL_EVENTBRIDGE: at(events),
  };
  const functions = Object.fromEntries(
    Object.keys(service.functions).map((name) => [
      name,
      stack.use(new LambdaProcess({ taskRoot, handler: `main.${name}`, env: { ...sdk, ...env } })),
    ]),
  );
  const sources: EventSource[] = [];
  const sweeps: LambdaProcess[] = [];
  for (const [name, { trigger }] of Object.entries(service.functions)) {
    if (trigger.kind !== 'message') continue;
    const { adapter, port } = all.get(trigger.port.name)!;
    for (const { resource } of adapter.triggers({ service: service.name, port, subscription: name })) {
      sources.push(new EventSource(clients.sqs, resource, 10, (event) => functions[name]!.invoke(event)));
    }
    if (adapter.sweepEveryMs !== undefined) sweeps.push(functions[name]!);
  }
  const polling = setInterval(() => void Promise.allSettled(sources.map((source) => source.poll())), pollMs);
  stack.defer(() => clearInterval(polling));
  // Schedules begin with a tick: what the platform would do within a minute.
  const tick = JSON.parse(tickInput.replace('<aws.scheduler.scheduled-time>', new Date().toISOString()));
  await Promise.all(sweeps.map((fn) => fn.invoke(tick)));

  const owned = stack.move();
  const api = Object.entries(service.functions).find(([, { trigger }]) => trigger.kind === 'http')![0];
  return {
    request: (request) => requestThrough((event) => functions[api]!.invoke(event), request),
    logs: () => Object.fromEntries(Object.entries(functions).map(([name, { log }]) => [name, log])),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

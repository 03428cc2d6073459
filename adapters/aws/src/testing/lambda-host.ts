import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { compose, type Adapter, type Bindings } from '@portolan/composition';
import type { SocketHostedService, SocketHostHarness } from '@portolan/conformance';
import { silentLog, visibilityOf, type ContractOf, type Port, type Service } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { EngineAlarm } from '@portolan/node/testing';
import { portableTimer } from '@portolan/portable';
import { ContainerModule } from 'inversify';
import { apiGatewayChannel } from '../channel/api-gateway-channel.ts';
import { channelApiName } from '../channel/channel-resource.ts';
import { dynamodbToken } from '../clients/dynamodb.ts';
import { eventbridgeToken } from '../clients/eventbridge.ts';
import { managementToken } from '../clients/management.ts';
import { s3Token } from '../clients/s3.ts';
import { sqsToken } from '../clients/sqs.ts';
import { lambda, type LambdaHandler } from '../host/lambda.ts';
import { tickInput } from '../host/tick-event.ts';
import { s3Objects } from '../objects/s3-objects.ts';
import { sqsQueue } from '../queue/sqs-queue.ts';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { eventBridgeTopic } from '../topic/event-bridge-topic.ts';
import { clientConfig, freshService, functionArnOf, patient, type AwsEngine } from './aws-engine.ts';
import { EventSource } from './event-source.ts';
import { managementClients } from './gateway/channel-harness.ts';
import type { GatewayDouble } from './gateway/gateway-double.ts';
import { requestThrough } from './http-front.ts';
import { provision } from './provision.ts';
import { s3Client } from './s3/objects-wiring.ts';

/** The engines behind one host; their clocks are moved together. */
export interface Engines {
  readonly tables: AwsEngine;
  readonly queues: AwsEngine;
  readonly events: Pick<AwsEngine, 'port'>;
  readonly s3: Pick<AwsEngine, 'port'>;
  readonly gateway: GatewayDouble;
}

const adapters: Readonly<Record<string, Adapter>> = {
  objects: s3Objects(),
  table: dynamodbTable(),
  queue: sqsQueue(),
  topic: eventBridgeTopic(),
  timer: portableTimer({ table: dynamodbTable(), queue: sqsQueue() }),
};
/** The timeout of the function behind the API, in milliseconds. */
const apiTimeoutMs = 29_000;
const minuteMs = 60_000;

/** `lambda()` with the platform around it: an HTTP API, a WebSocket API, event source mappings, and schedules. */
export class LambdaHost implements SocketHostHarness {
  readonly #engines: Engines;
  readonly #alarm: EngineAlarm;
  readonly #clients;
  readonly #sources: EventSource[] = [];
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #sweeps: ((at: number) => Promise<unknown>)[] = [];
  readonly #allowOrigin: readonly string[];
  #sweptAt: number;

  /** @param allowOrigin - As the option of `lambda`. */
  constructor(engines: Engines, allowOrigin: readonly string[] = []) {
    this.#engines = engines;
    this.#allowOrigin = allowOrigin;
    this.#alarm = new EngineAlarm(() => engines.queues.now());
    this.#clients = {
      dynamodb: new DynamoDBClient({ ...patient(), ...clientConfig(engines.tables) }),
      sqs: new SQSClient({ ...patient(), ...clientConfig(engines.queues) }),
      events: new EventBridgeClient({ ...patient(), ...clientConfig(engines.events) }),
      s3: s3Client(engines.s3),
      management: managementClients(),
    };
    this.#sweptAt = this.now();
  }

  async start(subject: Service): Promise<SocketHostedService> {
    // Engines are shared by many harnesses: each has a service, and so resources, of its own.
    const service = { ...subject, name: freshService() };
    const { gateway } = this.#engines;
    const bound = Object.entries(service.ports).map(([name, { kind }]) => [
      name,
      kind === 'channel'
        ? apiGatewayChannel({ endpoint: gateway.endpoint(channelApiName(service.name, name)) })
        : adapters[kind],
    ]);
    const bindings = Object.fromEntries(bound) as Bindings<Service, 'aws'>;
    const { dynamodb, sqs, events, s3, management } = this.#clients;
    const emulated = new ContainerModule(({ rebind }) => {
      rebind(dynamodbToken).toConstantValue(dynamodb);
      rebind(sqsToken).toConstantValue(sqs);
      rebind(eventbridgeToken).toConstantValue(events);
      rebind(s3Token).toConstantValue(s3);
      rebind(managementToken).toConstantValue(management);
    });
    const modules = [emulated];
    const environment = nodeEnvironment(this.#alarm, { log: silentLog });
    const outside = compose(service, 'aws', bindings, { environment, modules });
    await provision(service, outside.bindings, this.#clients);
    const options = {
      alarm: this.#alarm,
      environment: { log: silentLog },
      modules,
      allowOrigin: this.#allowOrigin,
      checkReplies: true,
    };
    const handlers = lambda(service, bindings, options) as Readonly<Record<string, LambdaHandler>>;
    for (const [name, { trigger }] of Object.entries(service.functions)) {
      if (trigger.kind === 'channel') {
        const api = channelApiName(service.name, trigger.port.name);
        this.#stops.push(gateway.serve(api, this.#invoker(handlers[name]!, apiTimeoutMs)));
      }
      if (trigger.kind !== 'message') continue;
      const invoke = this.#invoker(handlers[name]!, visibilityOf(trigger.port));
      const { adapter, port } = outside.bindings.get(trigger.port.name)!;
      for (const { kind, resource } of adapter.triggers({ service: service.name, port, subscription: name })) {
        if (kind !== 'sqs') throw new RangeError(`no event source of the kind "${kind}" here`);
        this.#sources.push(new EventSource(sqs, resource, trigger.batchSize === 1 ? 10 : trigger.batchSize, invoke));
      }
      if (adapter.sweepEveryMs !== undefined) this.#sweeps.push((at) => invoke(tickAt(at)));
    }
    return {
      request: (request) => requestThrough(this.#invoker(handlers['api']!, apiTimeoutMs), request),
      dial: (port, request) => gateway.dial(channelApiName(service.name, port.name), request),
      tick: async (name, at) => void (await this.#invoker(handlers[name]!, minuteMs)(tickAt(at))),
      open: async <P extends Port>({ name }: P) => (await outside.contracts([name]))[name] as ContractOf<P>,
    };
  }

  now(): number {
    return this.#engines.queues.now();
  }

  async pass(durationMs: number): Promise<void> {
    const target = this.now() + durationMs;
    await this.settle();
    while (this.now() < target) {
      // From one alarm or minute to the next, so that deadlines, sweeps and what they send come in their order.
      const next = Math.min(target, this.#alarm.next, this.#sweptAt + minuteMs);
      const stepMs = Math.max(1, Math.ceil(next - this.now()));
      await Promise.all([this.#engines.queues.pass(stepMs), this.#engines.tables.pass(stepMs)]);
      this.#engines.gateway.look();
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    for (let busy = true; busy;) {
      busy = this.#alarm.ring();
      if (this.now() >= this.#sweptAt + minuteMs) {
        this.#sweptAt = this.now();
        await Promise.allSettled(this.#sweeps.map((sweep) => sweep(this.#sweptAt)));
      }
      const came = await Promise.all(this.#sources.map((source) => source.poll()));
      busy ||= came.includes(true);
      await Promise.all(this.#sources.map((source) => source.quiet()));
      await this.#engines.gateway.settle();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) await stop();
    for (const client of Object.values(this.#clients)) client.destroy();
  }

  /** Lambda's timeout, by the engines' clock: what has no answer by then fails. */
  #invoker(handler: LambdaHandler, timeoutMs: number) {
    return (event: unknown): Promise<unknown> => {
      const timeoutAt = this.now() + timeoutMs;
      const { promise: timedOut, reject } = Promise.withResolvers<never>();
      const cancel = this.#alarm.schedule(timeoutAt, () => reject(new Error('Task timed out')));
      const answer = handler(JSON.parse(JSON.stringify(event)), {
        getRemainingTimeInMillis: () => timeoutAt - this.now(),
        invokedFunctionArn: functionArnOf('f'),
      });
      return Promise.race([answer, timedOut]).finally(cancel);
    };
  }
}

/** What EventBridge Scheduler sends at an instant. */
const tickAt = (at: number): unknown =>
  JSON.parse(tickInput.replace('<aws.scheduler.scheduled-time>', new Date(at).toISOString()));

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Adapter } from '@portolan/composition';
import type { Harness } from '@portolan/conformance';
import type { Consumer, ConsumeOptions, Port, QueuePort, Receiver, TimerPort } from '@portolan/kernel';
import { clientSettings } from '../../clients/settings.ts';
import { queueNames, sqsQueueResource } from '../../queue/queue-resource.ts';
import { sqsQueue } from '../../queue/sqs-queue.ts';
import { clientConfig, type AwsEngine } from '../../testing/aws-engine.ts';
import { createQueue, messagingHarness, type Service, type Wiring } from '../../testing/messaging-harness.ts';
import { tableHarness, type TableEngine } from '../../testing/table-harness.ts';

export interface Engines {
  readonly sqs: AwsEngine;
  readonly tables: TableEngine;
}

/** A timer that a harness has opened. */
export interface OpenTimer {
  readonly port: TimerPort;
  readonly contract: Partial<Receiver>;
}

/** What stands behind one of the timer adapters. */
export interface TimerSetup {
  readonly adapter: Adapter;
  /** The SDK's clients that the adapter needs, in its order. */
  readonly clients: readonly unknown[];
  /** What AWS does by itself as time goes by: fires schedules, deletes what expired, calls for a sweep. */
  readonly passed: (timers: readonly OpenTimer[], now: number) => Promise<void>;
  readonly dispose?: () => Promise<void>;
}

export interface SetupPlace {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly now: () => number;
  /** The name of the table behind a part. */
  readonly tableName: (port: Port) => string;
}

/** A wait that is longer is made in coarse steps but for its last half hour, so that what SQS sends on arrives exactly. */
const exactMs = 1_800_000;

/** The timers of AWS over SQS and DynamoDB as fauxqs and dynalite read them, which many harnesses share. */
export async function timerHarness(engines: Engines, setUp: (place: SetupPlace) => Promise<TimerSetup>): Promise<Harness> {
  const tables = await tableHarness(engines.tables);
  const sqs = new SQSClient({ ...clientSettings(), ...clientConfig(engines.sqs) });
  const dynamodb = new DynamoDBClient({ ...clientSettings(), ...clientConfig(engines.tables) });
  const tableNames = new Map<string, string>();
  const setup = await setUp({
    sqs,
    dynamodb,
    now: () => engines.sqs.now(),
    tableName: ({ name }) => tableNames.get(name)!,
  });
  const timers = new Map<string, OpenTimer>();
  const engine: AwsEngine = {
    port: engines.sqs.port,
    now: () => engines.sqs.now(),
    async pass(durationMs) {
      await Promise.all([engines.sqs.pass(durationMs), engines.tables.pass(durationMs)]);
      await setup.passed([...timers.values()], engines.sqs.now());
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const base = await messagingHarness(engine, timerWiring(setup, tables, timers, tableNames));
  return {
    ...base,
    async pass(durationMs) {
      const coarseMs = Math.max(0, durationMs - exactMs);
      if (coarseMs > 0) await base.pass(coarseMs);
      await base.pass(durationMs - coarseMs);
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      await setup.dispose?.();
      await tables[Symbol.asyncDispose]();
      sqs.destroy();
      dynamodb.destroy();
    },
  };
}

const duePortOf = ({ adapter }: TimerSetup, port: unknown): QueuePort =>
  adapter.parts(port as Port)['due']!.port as unknown as QueuePort;

function timerWiring(
  setup: TimerSetup,
  tables: Harness,
  timers: Map<string, OpenTimer>,
  tableNames: Map<string, string>,
): Wiring {
  const partsOf = async ({ name, sqs, environment }: Service, port: Port): Promise<Record<string, unknown>> => {
    const parts = Object.entries(setup.adapter.parts(port)).map(async ([alias, part]) => {
      const opening = { service: name, port: part.port as never, environment, parts: {} };
      const contract = part.port.kind === 'table' ? await tables.open(part.port) : sqsQueue().open(opening, sqs as never);
      if (part.port.kind === 'table') tableNames.set(part.port.name, nameOfTable(contract));
      return [alias, contract] as const;
    });
    return Object.fromEntries(await Promise.all(parts));
  };
  return {
    async create({ name, sqs }, port) {
      await createQueue(sqs, sqsQueueResource(name, duePortOf(setup, port), { timesFunctionTimeout: 1 }));
    },
    async open(service, port) {
      const { name, environment } = service;
      const opening = { service: name, port, environment, parts: await partsOf(service, port) };
      const contract = (await setup.adapter.open(opening, ...(setup.clients as never[]))) as Partial<Receiver>;
      timers.set(port.name, { port: port as unknown as TimerPort, contract });
      return contract;
    },
    async source({ name, sqs }, port) {
      const { main } = queueNames(name, duePortOf(setup, port).name, false);
      return (await sqs.send(new GetQueueUrlCommand({ QueueName: main }))).QueueUrl!;
    },
  };
}

export const nobody: Consumer = () => [];
export const noOptions: ConsumeOptions = { batchSize: 1, visibilityMs: 0, subscription: '', filter: {} };

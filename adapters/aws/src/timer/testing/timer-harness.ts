import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Adapter } from '@portolan/composition';
import type { Harness } from '@portolan/conformance';
import type { Consumer, ConsumeOptions, Port, QueuePort, Receiver, TablePort, TimerPort } from '@portolan/kernel';
import { queueNames, sqsQueueResource } from '../../queue/queue-resource.ts';
import { sqsQueue } from '../../queue/sqs-queue.ts';
import { dynamodbTable } from '../../table/dynamodb-table.ts';
import { dynamodbTableResource } from '../../table/table-resource.ts';
import { clientConfig, patient, type AwsEngine } from '../../testing/aws-engine.ts';
import { createQueue, messagingHarness, type Service, type Wiring } from '../../testing/messaging-harness.ts';

export interface Engines {
  readonly sqs: AwsEngine;
  readonly tables: AwsEngine;
}

/** A timer that a harness has opened. */
export interface OpenTimer {
  readonly service: string;
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
  /** What waits, where that can be looked at. */
  readonly double?: { readonly waiting: ReadonlyMap<string, unknown> };
  readonly dispose?: () => Promise<void>;
}

export interface SetupPlace {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly now: () => number;
}

export type SetUp = (place: SetupPlace) => Promise<TimerSetup>;

/** A wait that is longer is made in coarse steps but for its last half hour, so that what SQS sends on arrives exactly. */
const exactMs = 1_800_000;

/** The timers of AWS over SQS and DynamoDB as fauxqs and dynalite read them, which many harnesses share. */
export async function timerHarness(engines: Engines, setUp: SetUp): Promise<Harness> {
  const sqs = new SQSClient({ ...patient(), ...clientConfig(engines.sqs) });
  const dynamodb = new DynamoDBClient({ ...patient(), ...clientConfig(engines.tables) });
  const setup = await setUp({ sqs, dynamodb, now: () => engines.sqs.now() });
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
  const base = await messagingHarness(engine, timerWiring(setup, { sqs, dynamodb }, timers));
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
      sqs.destroy();
      dynamodb.destroy();
    },
  };
}

const duePortOf = ({ adapter }: TimerSetup, port: unknown): QueuePort =>
  adapter.parts(port as Port)['due']!.port as unknown as QueuePort;

function timerWiring(
  setup: TimerSetup,
  { sqs, dynamodb }: Pick<SetupPlace, 'sqs' | 'dynamodb'>,
  timers: Map<string, OpenTimer>,
): Wiring {
  const openPart = ({ name, environment }: Service, port: Port): unknown => {
    const opening = { service: name, port: port as never, environment, parts: {} };
    return port.kind === 'table'
      ? dynamodbTable().open(opening, dynamodb as never)
      : sqsQueue().open(opening, sqs as never);
  };
  return {
    async create({ name }, port) {
      for (const part of Object.values(setup.adapter.parts(port))) {
        if (part.port.kind === 'table') await createTable(dynamodb, name, part.port as unknown as TablePort);
      }
      await createQueue(sqs, sqsQueueResource(name, duePortOf(setup, port), { timesFunctionTimeout: 1 }));
    },
    async open(service, port) {
      const parts = Object.entries(setup.adapter.parts(port)).map(([alias, part]) => [
        alias,
        openPart(service, part.port),
      ]);
      const { name, environment } = service;
      const opening = { service: name, port, environment, parts: Object.fromEntries(parts) };
      const contract = (await setup.adapter.open(opening, ...(setup.clients as never[]))) as Partial<Receiver>;
      timers.set(port.name, { service: name, port: port as unknown as TimerPort, contract });
      return contract;
    },
    async source({ name }, port) {
      const { main } = queueNames(name, duePortOf(setup, port).name, false);
      return (await sqs.send(new GetQueueUrlCommand({ QueueName: main }))).QueueUrl!;
    },
  };
}

async function createTable(client: DynamoDBClient, service: string, port: TablePort): Promise<void> {
  const { table } = dynamodbTableResource(service, port);
  await client.send(new CreateTableCommand(table));
  for (let tries = 0; tries < 500; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table.TableName! }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
  throw new Error(`the table ${table.TableName} does not come into being`);
}

export const nobody: Consumer = () => [];
export const noOptions: ConsumeOptions = { batchSize: 1, visibilityMs: 0, subscription: '', filter: {} };

import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Harness } from '@portolan/conformance';
import type { ContractOf, Port, TablePort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { dynamodbTableResource } from '../table/table-resource.ts';
import { clientConfig, engineEnvironment, freshService, patient, type AwsEngine } from './aws-engine.ts';

/** What the engine behind the tables cannot do, of what `dynamodbTableResource` asks for. */
export interface TableEngine extends AwsEngine {
  readonly timeToLive: boolean;
}

/** Tables over an engine that many harnesses share: each has a service, and so tables, of its own. */
export async function tableHarness(engine: TableEngine): Promise<Harness> {
  const client = new DynamoDBClient({ ...patient(), ...clientConfig(engine) });
  const service = freshService();
  const environment = engineEnvironment(engine);
  const tables = new Map<string, Promise<void>>();
  const create = async (port: TablePort): Promise<void> => {
    const { table, timeToLive } = dynamodbTableResource(service, port);
    await client.send(new CreateTableCommand(table));
    await active(client, table.TableName!);
    if (engine.timeToLive) await client.send(new UpdateTimeToLiveCommand(timeToLive));
  };
  return {
    async open<P extends Port>(port: P) {
      const name = resourceName(service, port.name);
      if (!tables.has(name)) tables.set(name, create(port as unknown as TablePort));
      await tables.get(name);
      const opening = { service, port, environment, parts: {} };
      return (await dynamodbTable().open(opening, client as never)) as unknown as ContractOf<P>;
    },
    consume: () => Promise.reject(new TypeError('a table delivers nothing')),
    now: () => engine.now(),
    pass: (durationMs) => engine.pass(durationMs),
    settle: async () => undefined,
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}

async function active(client: DynamoDBClient, TableName: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
  throw new Error(`the table ${TableName} does not come into being`);
}

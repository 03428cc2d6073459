import type { CreateTableCommandInput, UpdateTimeToLiveCommandInput } from '@aws-sdk/client-dynamodb';
import type { TablePort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { boundedName } from '../clients/bounded-name.ts';
import { attributeName, hidden } from './attributes.ts';

/** What has to exist for one table port, as the inputs of the calls that make it. */
export interface DynamodbTableResource {
  readonly table: CreateTableCommandInput;
  readonly timeToLive: UpdateTimeToLiveCommandInput;
}

/**
 * The DynamoDB table of a port, paid by request: the partition field is its hash key, the sort field its range key, each
 * index a global secondary index of the same name with all attributes.
 *
 * @param env - Where the stage is read from. @default the process's
 * @throws {RangeError} for a name that is too long, and for one of an index that DynamoDB refuses.
 */
export function dynamodbTableResource(
  service: string,
  port: TablePort,
  env?: Readonly<Record<string, string | undefined>>,
): DynamodbTableResource {
  const TableName = boundedName('table', resourceName(service, port.name, undefined, env));
  const indexes = Object.entries(port.indexes);
  const fields = new Set([...port.key, ...indexes.flatMap(([, of]) => of)]);
  const keySchema = ([hash, range]: readonly string[]) => [
    { AttributeName: attributeName(hash!), KeyType: 'HASH' as const },
    ...(range === undefined ? [] : [{ AttributeName: attributeName(range), KeyType: 'RANGE' as const }]),
  ];
  const secondary = indexes.map(([name, of]) => ({
    IndexName: indexName(port, name),
    KeySchema: keySchema(of),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  return {
    table: {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...fields].map((field) => ({ AttributeName: attributeName(field), AttributeType: 'S' })),
      KeySchema: keySchema(port.key),
      ...(secondary.length === 0 ? {} : { GlobalSecondaryIndexes: secondary }),
    },
    timeToLive: { TableName, TimeToLiveSpecification: { AttributeName: hidden.ttl, Enabled: true } },
  };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html */
function indexName(port: TablePort, name: string): string {
  if (/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) return name;
  throw new RangeError(
    `table "${port.name}": DynamoDB takes no index of the name "${name}"; it must be 3 to 255 of a-z, A-Z, 0-9, "_", "." and "-"`,
  );
}

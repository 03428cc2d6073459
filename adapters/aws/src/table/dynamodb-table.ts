import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { adapter, type Opening } from '@portolan/composition';
import { kibibytes, type TablePort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { boundedName } from '../clients/bounded-name.ts';
import { dynamodbModule, dynamodbToken } from '../clients/dynamodb.ts';
import { hiddenBytes } from './attributes.ts';
import { DynamoTable } from './dynamo-table.ts';

export interface DynamodbTableOptions {
  /** The table's name. @default as `resourceName` says */
  readonly tableName?: string;
}

/**
 * Tables in DynamoDB, each port a table of its own. Reads by key and by partition are strongly consistent. Indexes are
 * global secondary ones, which lag behind their table by what is mostly a fraction of a second.
 *
 * - An item has at most 400 KB, names of attributes included, of which the adapter takes 1 KiB.
 *   See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 * - The items of one `transact` have at most 4 MB together; more is `too-large`.
 * - An `increment` writes without reading: its item is held against the schema only where the increment begins it (or
 *   where an expired one, or a field that is null, makes it read after all), and against `maxItemBytes` likewise.
 * - Lone surrogates in keys are `invalid`: DynamoDB's UTF-8 has none.
 */
export const dynamodbTable = (options: DynamodbTableOptions = {}) =>
  adapter({
    kind: 'table',
    cloud: 'aws',
    name: 'dynamodbTable',
    guarantees: {},
    limits: {
      maxItemBytes: {
        max: kibibytes(400) - hiddenBytes,
        wayOut: 'declare smaller items, and keep what is large in an objects port',
      },
    },
    modules: [dynamodbModule],
    needs: [dynamodbToken],
    open: ({ service, port, environment }: Opening<TablePort>, client: DynamoDBClient) => {
      const name = options.tableName ?? boundedName('table', resourceName(service, port.name));
      return new DynamoTable(client, name, port, environment);
    },
  });

import { DeleteItemCommand, ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { hidden } from '../../table/attributes.ts';

let sequence = 0;

/**
 * What DynamoDB does by itself with a table whose items expire, which dynalite does not: it deletes those whose time has
 * come, and says so in the table's stream.
 *
 * @param now - What DynamoDB has got round to: items that expired by then are deleted.
 * @returns What Lambda calls the function with; nothing where nothing was deleted.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export async function expire(
  client: DynamoDBClient,
  TableName: string,
  now: number,
): Promise<DynamoDBStreamEvent | undefined> {
  const Records: DynamoDBRecord[] = [];
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: '#ttl <= :now',
        ExpressionAttributeNames: { '#ttl': hidden.ttl },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1_000)) } },
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      }),
    );
    for (const item of page.Items ?? []) {
      const Key = { id: item['id']! };
      await client.send(new DeleteItemCommand({ TableName, Key }));
      Records.push(recordOf(Key as never, item as never));
    }
    ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (ExclusiveStartKey !== undefined);
  return Records.length === 0 ? undefined : { Records };
}

/** A record of a stream, of an item that DynamoDB deleted by itself. */
export function recordOf(
  Keys: NonNullable<DynamoDBRecord['dynamodb']>['Keys'],
  OldImage: NonNullable<DynamoDBRecord['dynamodb']>['OldImage'],
  userIdentity: unknown = { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
): DynamoDBRecord {
  const record: DynamoDBRecord & { readonly userIdentity: unknown } = {
    eventID: String(++sequence),
    eventName: 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    dynamodb: {
      ...(Keys === undefined ? {} : { Keys }),
      ...(OldImage === undefined ? {} : { OldImage }),
      SequenceNumber: String(100_000 + sequence),
      StreamViewType: 'OLD_IMAGE',
    },
    userIdentity,
  };
  return record;
}

// What a team would write by hand with the same SDK clients as the scheduling service on AWS, and nothing else: the
// yardstick for its cold start.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';

const dynamodb = new DynamoDBClient({});
/** Held as a service's other functions would hold them. */
export const clients = [new SQSClient({}), new EventBridgeClient({}), new SchedulerClient({})];

export const api = async (event: { readonly rawPath: string }) => {
  const id = event.rawPath.split('/').at(-1)!;
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'scheduling-tasks', Key: { id: { S: id } }, ConsistentRead: true }),
  );
  if (Item !== undefined) return { statusCode: 200, body: Item['json']?.S };
  return { statusCode: 404, headers: { 'content-type': 'application/json' }, body: '{"title":"Not found"}' };
};

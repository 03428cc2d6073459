import { dynamodbTable, eventBridgeTopic, lambda, sqsQueue } from '@portolan/aws';
import { portableTimer } from '@portolan/portable';
import { scheduling } from '@portolan/scheduling';
import { httpWebhooks, webhooksFromEnvironment } from '@portolan/webhook';

/** What stands behind each port on AWS. */
export const bindings = {
  tasks: dynamodbTable(),
  groups: dynamodbTable(),
  'dead-letters': dynamodbTable(),
  stats: dynamodbTable(),
  wakeups: portableTimer({ table: dynamodbTable(), queue: sqsQueue() }),
  events: eventBridgeTopic(),
  webhooks: httpWebhooks(webhooksFromEnvironment()),
};

export const { api, wake, sweep } = lambda(scheduling, bindings);

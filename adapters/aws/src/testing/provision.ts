import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutRuleCommand, PutTargetsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Adapter, Binding } from '@portolan/composition';
import type { Port, QueuePort, Service, TablePort, TopicPort } from '@portolan/kernel';
import { sqsFifoQueueResource, sqsQueueResource } from '../queue/queue-resource.ts';
import { dynamodbTableResource } from '../table/table-resource.ts';
import { eventBridgeRuleResource } from '../topic/event-bridge-resource.ts';
import { createQueue } from './messaging-harness.ts';

export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
}

// What tests wait for is how soon a lost message comes back.
const options = { timesFunctionTimeout: 1 } as const;

type Make = (service: Service, port: Port, clients: Clients) => Promise<void>;

const makers: Readonly<Record<string, Make>> = {
  async dynamodbTable({ name }, port, { dynamodb }) {
    await dynamodb.send(new CreateTableCommand(dynamodbTableResource(name, port as unknown as TablePort).table));
  },
  async sqsQueue({ name }, port, { sqs }) {
    await createQueue(sqs, sqsQueueResource(name, port as unknown as QueuePort, options));
  },
  async sqsFifoQueue({ name }, port, { sqs }) {
    await createQueue(sqs, sqsFifoQueueResource(name, port as unknown as QueuePort, options));
  },
  async eventBridgeTopic(service, port, { sqs, events }) {
    for (const [subscription, { trigger }] of Object.entries(service.functions)) {
      if (trigger.kind !== 'message' || trigger.port.name !== port.name) continue;
      const subscribing = { subscription, filter: trigger.filter };
      const resource = eventBridgeRuleResource(service.name, port as unknown as TopicPort, subscribing, options);
      const queue = await createQueue(sqs, resource.queue);
      const { RuleArn } = await events.send(new PutRuleCommand(resource.rule));
      const Policy = resource.queuePolicy(queue.arn, RuleArn!);
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy } }));
      await events.send(new PutTargetsCommand(resource.targets(queue.arn, queue.deadArn)));
    }
  },
};

/** Makes in the engines what has to exist for a service: what each adapter says of its ports, parts included. */
export async function provision(
  service: Service,
  bindings: ReadonlyMap<string, Binding>,
  clients: Clients,
): Promise<void> {
  for (const { port, adapter } of bindings.values()) {
    if (isBuiltOnParts(adapter, port) || adapter.cloud === 'any') continue;
    const make = makers[adapter.name];
    if (make === undefined) throw new RangeError(`nothing here knows how to make what ${adapter.name} needs`);
    await make(service, port, clients);
  }
}

/** One that has nothing but its parts: they are bindings of their own. */
const isBuiltOnParts = (adapter: Adapter, port: Port): boolean =>
  makers[adapter.name] === undefined && Object.keys(adapter.parts(port)).length > 0;

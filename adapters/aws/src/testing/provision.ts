import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Adapter, Binding } from '@portolan/composition';
import type { ObjectsPort, Port, QueuePort, Service, TablePort, TopicPort } from '@portolan/kernel';
import { s3BucketResource, s3CreatedRuleResource } from '../objects/bucket-resource.ts';
import { sqsFifoQueueResource, sqsQueueResource } from '../queue/queue-resource.ts';
import { dynamodbTableResource } from '../table/table-resource.ts';
import { eventBridgeRuleResource } from '../topic/event-bridge-resource.ts';
import { createQueue } from './messaging-harness.ts';
import type { Subscribing } from '../topic/subscription-queue.ts';
import { accountOfTests } from './aws-engine.ts';
import { createBucket } from './s3/objects-wiring.ts';
import { createRule } from './topic-wiring.ts';

export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly s3: S3Client;
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
    for (const subscribing of listenersOf(service, port))
      await createRule(
        sqs,
        events,
        eventBridgeRuleResource(service.name, port as unknown as TopicPort, subscribing, options),
      );
  },
  async s3Objects(service, port, { sqs, events, s3 }) {
    const listeners = listenersOf(service, port);
    const place = { region: await s3.config.region(), accountId: accountOfTests };
    const files = port as ObjectsPort;
    await createBucket(s3, s3BucketResource(service.name, files, place, { listened: listeners.length > 0 }));
    for (const subscribing of listeners)
      await createRule(sqs, events, s3CreatedRuleResource(service.name, files, place, subscribing, options));
  },
};

/** The functions that a port calls. */
const listenersOf = ({ functions }: Service, { name }: Port): readonly Subscribing[] =>
  Object.entries(functions).flatMap(([subscription, { trigger }]) =>
    trigger.kind === 'message' && trigger.port.name === name ? [{ subscription, filter: trigger.filter }] : [],
  );

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

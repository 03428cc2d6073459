import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ConsumeOptions, MessagePort, TopicPort } from '@portolan/kernel';
import { queueNames } from '../queue/queue-resource.ts';
import { eventBridgeRuleResource, type EventBridgeRuleResource } from '../topic/event-bridge-resource.ts';
import { eventBridgeTopic } from '../topic/event-bridge-topic.ts';
import { snsSubscriptionResource, snsTopicResource } from '../topic/sns-resource.ts';
import { snsTopic } from '../topic/sns-topic.ts';
import { clientConfig, patient, type AwsEngine } from './aws-engine.ts';
import { createQueue, type Service, type Wiring } from './messaging-harness.ts';

// As for queues: what suites measure is how soon a lost message comes back.
const options = { timesFunctionTimeout: 1 } as const;

type Queue = Awaited<ReturnType<typeof createQueue>>;
type Subscribe = (service: Service, port: MessagePort, options: ConsumeOptions) => Promise<Queue>;

/** Subscribes the first time that a name is heard, and finds its queue from then on. */
export function sourceBy(subscribe: Subscribe): Wiring['source'] {
  return async (service, port: MessagePort, consume) => {
    const { main } = queueNames(service.name, port.name, false, consume.subscription);
    const found = await service.sqs
      .send(new GetQueueUrlCommand({ QueueName: main }))
      .catch(() => ({ QueueUrl: undefined }));
    return found.QueueUrl ?? (await subscribe(service, port, consume)).url;
  };
}

async function allow(sqs: SQSClient, { url }: Queue, Policy: string): Promise<void> {
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
}

/** Makes a rule of EventBridge with the queue that it feeds. */
export async function createRule(
  sqs: SQSClient,
  events: EventBridgeClient,
  resource: EventBridgeRuleResource,
): Promise<Queue> {
  const queue = await createQueue(sqs, resource.queue);
  const { RuleArn } = await events.send(new PutRuleCommand(resource.rule));
  await allow(sqs, queue, resource.queuePolicy(queue.arn, RuleArn!));
  await events.send(new PutTargetsCommand(resource.targets(queue.arn, queue.deadArn)));
  return queue;
}

/** How topics of SNS are had. */
export function snsTopics(engine: Pick<AwsEngine, 'port'>): Wiring {
  const sns = new SNSClient({ ...patient(), ...clientConfig(engine) });
  const create = async ({ name }: Service, port: TopicPort): Promise<string> =>
    (await sns.send(new CreateTopicCommand(snsTopicResource(name, port)))).TopicArn!;
  return {
    async create(service, port) {
      await create(service, port as unknown as TopicPort);
    },
    open: ({ name, sqs, environment }, port) =>
      snsTopic().open({ service: name, port, environment, parts: {} }, ...([sns, () => sqs] as never[])),
    source: sourceBy(async (service, port, consume) => {
      const topic = port as TopicPort;
      const resource = snsSubscriptionResource(service.name, topic, consume, options);
      const queue = await createQueue(service.sqs, resource.queue);
      // Making a topic that exists tells its ARN.
      const topicArn = await create(service, topic);
      await allow(service.sqs, queue, resource.queuePolicy(queue.arn, topicArn));
      await sns.send(new SubscribeCommand(resource.subscription(topicArn, queue.arn, queue.deadArn)));
      return queue;
    }),
  };
}

/**
 * How topics on EventBridge are had.
 *
 * @param engine - Of EventBridge; SQS may be another's.
 * @param timesFunctionTimeout - Less where time is real, and a lost message is waited for.
 */
export function eventBridgeTopics(engine: Pick<AwsEngine, 'port'>, timesFunctionTimeout = 1): Wiring {
  const events = new EventBridgeClient({ ...patient(), ...clientConfig(engine) });
  return {
    create: async () => undefined,
    open: ({ name, sqs, environment }, port) =>
      eventBridgeTopic().open({ service: name, port, environment, parts: {} }, ...([events, () => sqs] as never[])),
    source: sourceBy(async ({ name, sqs }, port, consume) =>
      createRule(sqs, events, eventBridgeRuleResource(name, port as TopicPort, consume, { timesFunctionTimeout })),
    ),
  };
}

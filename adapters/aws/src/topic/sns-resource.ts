import type { CreateTopicCommandInput, SubscribeCommandInput } from '@aws-sdk/client-sns';
import type { TopicPort } from '@portolan/kernel';
import type { QueueResourceOptions, SqsQueueResource } from '../queue/queue-resource.ts';
import { snsTopicName } from './sns-topic.ts';
import { filtered, senderPolicy, subscriptionQueue, type Subscribing } from './subscription-queue.ts';

/** What has to exist for a topic in SNS itself, as the input of the call that makes it. */
export const snsTopicResource = (
  service: string,
  port: TopicPort,
  { env }: QueueResourceOptions = {},
): CreateTopicCommandInput => ({ Name: snsTopicName(service, port, env) });

/** What has to exist for one subscription in SNS, as the inputs of the calls that make it. */
export interface SnsSubscriptionResource {
  readonly queue: SqsQueueResource;
  /** The attribute `Policy` of the queue and, with its own ARN, of its dead letters. */
  readonly queuePolicy: (queueArn: string, topicArn: string) => string;
  /** @param deadArn - Takes what SNS cannot deliver to the queue. */
  readonly subscription: (topicArn: string, queueArn: string, deadArn: string) => SubscribeCommandInput;
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const maxFilter = { keys: 5, combinations: 150 } as const;

/**
 * The subscription of a queue to a topic. It filters on the message's body: attributes could not carry an empty value, nor
 * a field with a name of other characters.
 *
 * @throws {RangeError} for a filter that SNS does not take.
 */
export function snsSubscriptionResource(
  service: string,
  port: TopicPort,
  { subscription, filter }: Subscribing,
  options: QueueResourceOptions = {},
): SnsSubscriptionResource {
  const fields = filtered(filter);
  const names = Object.keys(fields);
  // A value counts for each level that it lies below: the field within the message within what is carried.
  const combinations = names.reduce((product, name) => product * fields[name]!.length * 2, 1);
  if (names.length > maxFilter.keys || combinations > maxFilter.combinations)
    throw new RangeError(
      `topic "${port.name}", subscription "${subscription}": a filter of ${names.length} fields and ${combinations} combinations; SNS takes ${maxFilter.keys} and ${maxFilter.combinations}: filter by less, or bind eventBridgeTopic`,
    );
  return {
    queue: subscriptionQueue(service, port, subscription, options),
    queuePolicy: (queueArn, topicArn) => senderPolicy('sns', queueArn, topicArn),
    subscription: (topicArn, queueArn, deadArn) => ({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      ReturnSubscriptionArn: true,
      Attributes: {
        RawMessageDelivery: 'true',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn }),
        ...(names.length === 0
          ? {}
          : { FilterPolicy: JSON.stringify({ m: fields }), FilterPolicyScope: 'MessageBody' }),
      },
    }),
  };
}

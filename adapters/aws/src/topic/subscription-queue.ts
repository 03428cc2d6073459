import { defaultRetry, visibilityOf, type ObjectsPort, type TopicFilter, type TopicPort } from '@portolan/kernel';
import {
  queueNames,
  queueResource,
  type QueueResourceOptions,
  type SqsQueueResource,
} from '../queue/queue-resource.ts';

/** A subscription as a function declares it: its name, and what it wants. */
export interface Subscribing {
  readonly subscription: string;
  readonly filter: TopicFilter;
}

/** The queue of a subscription, with its dead letters. */
export function subscriptionQueue(
  service: string,
  port: TopicPort | ObjectsPort,
  subscription: string,
  options: QueueResourceOptions,
): SqsQueueResource {
  const names = queueNames(service, port.name, false, subscription, options.env);
  const retry = port.kind === 'objects' ? port.retry : defaultRetry;
  return queueResource(names, { retry, visibilityMs: visibilityOf(port) }, options);
}

/**
 * The policy by which one service may send to one queue, on behalf of one topic or rule and of nobody else.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export const senderPolicy = (service: 'sns' | 'events', queueArn: string, sourceArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });

/** The fields of a filter that say something, with the values they list. */
export function filtered(filter: TopicFilter): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([field, values]) => (values === undefined ? [] : [[field, [...values]]])),
  );
}

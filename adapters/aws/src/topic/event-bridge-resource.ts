import type { PutRuleCommandInput, PutTargetsCommandInput } from '@aws-sdk/client-eventbridge';
import type { ObjectsPort, TopicPort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { freeName } from '../clients/bounded-name.ts';
import type { QueueResourceOptions, SqsQueueResource } from '../queue/queue-resource.ts';
import { eventKind } from './event-bridge-topic.ts';
import { filtered, senderPolicy, subscriptionQueue, type Subscribing } from './subscription-queue.ts';

export interface EventBridgeRuleOptions extends QueueResourceOptions {
  /** @default 'default' */
  readonly busName?: string;
}

/** What has to exist for one subscription on EventBridge, as the inputs of the calls that make it. */
export interface EventBridgeRuleResource {
  readonly queue: SqsQueueResource;
  readonly rule: PutRuleCommandInput;
  /** The attribute `Policy` of the queue and, with its own ARN, of its dead letters. */
  readonly queuePolicy: (queueArn: string, ruleArn: string) => string;
  /** @param deadArn - Takes what EventBridge cannot deliver to the queue within a day. */
  readonly targets: (queueArn: string, deadArn: string) => PutTargetsCommandInput;
}

/** Characters of a rule's pattern. @see https://docs.aws.amazon.com/general/latest/gr/ev.html (event pattern size) */
const maxPatternLength = 2_048;

/**
 * The rule of a subscription, from the topic's bus to the subscription's queue.
 *
 * @throws {RangeError} for a filter of more text than a rule takes.
 */
export function eventBridgeRuleResource(
  service: string,
  port: TopicPort,
  subscribing: Subscribing,
  options: EventBridgeRuleOptions = {},
): EventBridgeRuleResource {
  const { Source, DetailType } = eventKind(service, port, options.env);
  const fields = filtered(subscribing.filter);
  // The event itself lies in the field `m` of what is carried.
  const detail = Object.keys(fields).length === 0 ? {} : { detail: { m: fields } };
  return ruleTo(service, port, subscribing, { source: [Source], 'detail-type': [DetailType], ...detail }, options);
}

/**
 * A rule that hands what matches a pattern to the queue of a subscription.
 *
 * @throws {RangeError} for a pattern of more text than a rule takes.
 */
export function ruleTo(
  service: string,
  port: TopicPort | ObjectsPort,
  { subscription }: Pick<Subscribing, 'subscription'>,
  pattern: object,
  options: EventBridgeRuleOptions,
): EventBridgeRuleResource {
  const { busName = 'default', env } = options;
  const EventPattern = JSON.stringify(pattern);
  if (EventPattern.length > maxPatternLength)
    throw new RangeError(
      `${port.kind} "${port.name}", subscription "${subscription}": the pattern has ${EventPattern.length} characters; a rule of EventBridge takes ${maxPatternLength}: filter by fewer values`,
    );
  const Name = freeName('rule', resourceName(service, port.name, subscription, env));
  return {
    queue: subscriptionQueue(service, port, subscription, options),
    rule: { Name, EventBusName: busName, EventPattern, State: 'ENABLED' },
    queuePolicy: (queueArn, ruleArn) => senderPolicy('events', queueArn, ruleArn),
    targets: (queueArn, deadArn) => ({
      Rule: Name,
      EventBusName: busName,
      Targets: [{ Id: 'queue', Arn: queueArn, DeadLetterConfig: { Arn: deadArn } }],
    }),
  };
}

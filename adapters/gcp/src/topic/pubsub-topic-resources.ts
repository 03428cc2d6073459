import type { PlatformTrigger, TriggerPlace } from '@portolan/composition';
import { defaultRetry, visibilityOf, type TopicFilter, type TopicPort } from '@portolan/kernel';
import { pubsubName } from '../queue/pubsub-names.ts';
import { pushSubscription, type PubsubResource } from '../queue/pubsub-resources.ts';
import { filterExpression } from './filter-expression.ts';

/** A subscription of the service, by the name of its function. */
export interface TopicSubscription {
  readonly name: string;
  readonly filter: TopicFilter;
}

/**
 * What has to exist for a topic: itself, and for each subscription of the service a topic of its own for what must come
 * again, and one for what nobody answers for. A copy in the topic itself would go to every subscriber.
 */
export function pubsubTopicResources(
  service: string,
  port: TopicPort,
  subscriptions: readonly TopicSubscription[],
): readonly PubsubResource[] {
  const topic = pubsubName(service, port.name);
  const settings = { retry: defaultRetry, visibilityMs: visibilityOf(port) };
  const each = subscriptions.flatMap(({ name, filter }) =>
    subscriptionResources(service, port.name, { name, filter: filterExpression(filter) }, settings),
  );
  return [{ kind: 'pubsub-topic', name: topic }, ...each];
}

/**
 * What one subscription needs besides its topic, which is named for the port.
 *
 * @param subscription.filter - In Pub/Sub's language; `''` for all.
 */
export function subscriptionResources(
  service: string,
  portName: string,
  { name, filter }: { readonly name: string; readonly filter: string },
  settings: Parameters<typeof pushSubscription>[2],
): readonly PubsubResource[] {
  const own = pubsubName(service, portName, [name]);
  const again = pubsubName(service, portName, [name, 'again']);
  const dead = pubsubName(service, portName, [name, 'dead']);
  return [
    { kind: 'pubsub-topic', name: again },
    { kind: 'pubsub-topic', name: dead },
    pushSubscription(own, pubsubName(service, portName), settings, { deadTopic: dead, filter }),
    pushSubscription(again, again, settings, { deadTopic: dead }),
    pushSubscription(dead, dead, settings, {}),
  ];
}

/** The subscriptions that push to the function of one. */
export const subscriptionTriggers = ({ service, port, subscription }: TriggerPlace): readonly PlatformTrigger[] =>
  [[subscription], [subscription, 'again'], [subscription, 'dead']].map((parts) => ({
    kind: 'pubsub-push',
    resource: pubsubName(service, port.name, parts),
  }));

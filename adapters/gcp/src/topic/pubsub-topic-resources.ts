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
  const each = subscriptions.flatMap(({ name, filter }): PubsubResource[] => {
    const own = pubsubName(service, port.name, [name]);
    const again = pubsubName(service, port.name, [name, 'again']);
    const dead = pubsubName(service, port.name, [name, 'dead']);
    return [
      { kind: 'pubsub-topic', name: again },
      { kind: 'pubsub-topic', name: dead },
      pushSubscription(own, topic, settings, { deadTopic: dead, filter: filterExpression(filter) }),
      pushSubscription(again, again, settings, { deadTopic: dead }),
      pushSubscription(dead, dead, settings, {}),
    ];
  });
  return [{ kind: 'pubsub-topic', name: topic }, ...each];
}

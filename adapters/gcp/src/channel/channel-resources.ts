import type { ChannelPort } from '@portolan/kernel';
import { pubsubName } from '../queue/pubsub-names.ts';
import type { PubsubResource } from '../queue/pubsub-resources.ts';

/**
 * What has to exist for a channel: a topic by which instances tell each other; its part's table besides. Each instance makes
 * a subscription of its own, so that the service's account must be allowed to create, use and delete subscriptions.
 */
export const cloudRunChannelResources = (
  service: string,
  port: Pick<ChannelPort, 'name'>,
): readonly PubsubResource[] => [{ kind: 'pubsub-topic', name: pubsubName(service, port.name) }];

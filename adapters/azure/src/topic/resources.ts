import type { TopicFilter } from '@portolan/kernel';
import { cutName, resourceName } from '@portolan/node';
import { queueResources, type QueueResources } from '../queue/resources.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Who calls the function of a subscription: its queue, or Event Grid itself. See `eventGridTopic`. */
export type Delivery = 'queue' | 'direct';

/** A custom topic, in the words of its resource provider. */
export interface EventGridTopicResource {
  readonly name: string;
  readonly inputSchema: 'CloudEventSchemaV1_0';
  /** Prefix of the settings that publishers need: `<connection>__topicEndpointUri`. */
  readonly connection: string;
}

/** An event subscription of a custom topic, with the queues that belong to it. */
export interface EventSubscriptionResource {
  readonly name: string;
  readonly topic: string;
  readonly queues: QueueResources;
  readonly properties: EventSubscriptionProperties;
}

/** @see https://learn.microsoft.com/azure/templates/microsoft.eventgrid/eventsubscriptions */
export interface EventSubscriptionProperties {
  readonly eventDeliverySchema: 'CloudEventSchemaV1_0';
  readonly destination:
    | {
        readonly endpointType: 'StorageQueue';
        readonly queueName: string;
        readonly queueMessageTimeToLiveInSeconds: -1;
      }
    | { readonly endpointType: 'AzureFunction'; readonly functionName: string };
  readonly filter: EventFilter;
  /** Tried for a day: the most there is. */
  readonly retryPolicy: { readonly maxDeliveryAttempts: 30; readonly eventTimeToLiveInMinutes: 1_440 };
  /** What could not be delivered in that day is kept there; nothing reads it by itself. */
  readonly deadLetterDestination: { readonly endpointType: 'StorageBlob'; readonly blobContainerName: string };
}

/** Which events are delivered: those that pass all of it. */
export interface EventFilter {
  /** @default every type */
  readonly includedEventTypes?: readonly string[];
  /** @default every subject */
  readonly subjectBeginsWith?: string;
  /** @default false */
  readonly isSubjectCaseSensitive?: boolean;
  readonly advancedFilters: readonly AdvancedFilter[];
}

export interface AdvancedFilter {
  readonly operatorType: 'StringIn' | 'StringNotIn';
  readonly key: string;
  readonly values: readonly string[];
}

/** What has to exist for a topic port. */
export function eventGridTopicResource(service: string, port: string, env?: Env): EventGridTopicResource {
  return {
    name: gridName(resourceName(service, port, undefined, env)),
    inputSchema: 'CloudEventSchemaV1_0',
    connection: connectionName(service, port),
  };
}

/** What has to exist for each function that subscribes to a topic port. */
export function eventSubscriptionResource(
  service: string,
  port: string,
  subscription: { readonly name: string; readonly filter: TopicFilter },
  delivery: Delivery,
  env?: Env,
): EventSubscriptionResource {
  const queues = queueResources(service, port, subscription.name, env);
  const destination =
    delivery === 'queue'
      ? ({ endpointType: 'StorageQueue', queueName: queues.queue, queueMessageTimeToLiveInSeconds: -1 } as const)
      : ({ endpointType: 'AzureFunction', functionName: subscription.name } as const);
  return {
    name: gridName(resourceName(service, port, subscription.name, env)),
    topic: gridName(resourceName(service, port, undefined, env)),
    queues,
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0',
      destination,
      filter: { advancedFilters: advancedFilters(subscription.filter) },
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1_440 },
      deadLetterDestination: { endpointType: 'StorageBlob', blobContainerName: 'portolan-undelivered' },
    },
  };
}

/** @see https://learn.microsoft.com/azure/event-grid/event-filtering#limitations */
const maxFilterValues = 25;
const maxValueLength = 512;

/**
 * What Event Grid itself can tell of a filter. It compares without regard to case, and takes 25 values of up to 512
 * characters in all: it may let more through than the filter does, never less, and `receive` looks again.
 */
export function advancedFilters(filter: TopicFilter): readonly AdvancedFilter[] {
  const filters: AdvancedFilter[] = [];
  let left = maxFilterValues;
  for (const [field, values = []] of Object.entries(filter)) {
    const fits = values.length > 0 && values.length <= left && values.every((value) => value.length <= maxValueLength);
    if (!fits || !/^[A-Za-z0-9_-]+$/.test(field)) continue;
    filters.push({ operatorType: 'StringIn', key: `data.${field}`, values });
    left -= values.length;
  }
  return filters;
}

/** The prefix of a topic's settings: letters, digits and underscores, as names of environment variables are. */
export const connectionName = (service: string, port: string): string =>
  `EventGrid__${service}__${port}`.replaceAll('-', '_');

const maxNameLength = 50;

/**
 * A resource's name as topics and event subscriptions may be called: 3 to 50 letters, digits and hyphens. A longer one is
 * cut, and ends in eight characters of a hash.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventgrid
 */
export function gridName(resource: string): string {
  if (resource.length >= 3 && resource.length <= maxNameLength) return resource;
  return cutName(resource, resource, maxNameLength);
}

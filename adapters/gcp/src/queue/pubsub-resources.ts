import type { QueuePort, RetryPolicy } from '@portolan/kernel';
import { pubsubName } from './pubsub-names.ts';

/** A topic of Pub/Sub. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics */
export interface PubsubTopicResource {
  readonly kind: 'pubsub-topic';
  readonly name: string;
}

/**
 * A subscription that pushes to the function, with a token of the service account that may call it.
 *
 * @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions
 */
export interface PubsubSubscriptionResource {
  readonly kind: 'pubsub-subscription';
  readonly name: string;
  readonly topic: string;
  /** How long Pub/Sub waits for the function, in seconds. */
  readonly ackDeadlineSeconds: number;
  /** Durations as `1.5s`. */
  readonly retryPolicy: { readonly minimumBackoff: string; readonly maximumBackoff: string };
  readonly messageRetentionDuration: string;
  /** Never: it must not go because nobody came for a month. */
  readonly expirationPolicy: Readonly<Record<string, never>>;
  readonly enableMessageOrdering: boolean;
  /** Cannot be changed later. Empty: all. */
  readonly filter: string;
  readonly deadLetterPolicy?: { readonly deadLetterTopic: string; readonly maxDeliveryAttempts: number };
}

export type PubsubResource = PubsubTopicResource | PubsubSubscriptionResource;

/** Pub/Sub keeps what is not taken for 7 days, the longest that every version of its documentation allows. */
const retention = '604800s';
/** The most that Pub/Sub counts to. @see https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic */
export const maxDeliveryAttempts = 100;

/** What has to exist for a queue on Pub/Sub; its parts' tables besides. */
export function pubsubQueueResources(
  service: string,
  port: Pick<QueuePort, 'name' | 'retry' | 'visibilityMs' | 'ordered'>,
): readonly PubsubResource[] {
  const topic = pubsubName(service, port.name);
  const dead = pubsubName(service, port.name, ['dead']);
  return [
    { kind: 'pubsub-topic', name: topic },
    { kind: 'pubsub-topic', name: dead },
    pushSubscription(topic, topic, port, { ordered: port.ordered, deadTopic: dead }),
    pushSubscription(dead, dead, port, {}),
  ];
}

/**
 * @param options.deadTopic - Where messages go that nobody answers for, however often they are delivered. The function
 *   gets them from there, and keeps them as dead letters without handling them.
 */
export function pushSubscription(
  name: string,
  topic: string,
  { retry, visibilityMs }: { readonly retry: RetryPolicy; readonly visibilityMs: number },
  options: { readonly ordered?: boolean; readonly deadTopic?: string; readonly filter?: string },
): PubsubSubscriptionResource {
  const { ordered = false, deadTopic, filter = '' } = options;
  return {
    kind: 'pubsub-subscription',
    name,
    topic,
    // Longer than the function waits itself; 10 s to 10 min.
    ackDeadlineSeconds: Math.min(Math.max(Math.ceil(visibilityMs / 1_000) + 10, 10), 600),
    // What keeps its place is handed over again and again while it waits: as seldom as can be. For all others it takes
    // more than an hour until Pub/Sub has tried as often as it counts: as long as a function may be out of order.
    retryPolicy: backoffOf(retry.baseMs, ordered ? maxBackoffMs : Math.max(retry.capMs, leastCapMs)),
    messageRetentionDuration: retention,
    expirationPolicy: {},
    enableMessageOrdering: ordered,
    filter,
    ...(deadTopic === undefined ? {} : { deadLetterPolicy: { deadLetterTopic: deadTopic, maxDeliveryAttempts } }),
  };
}

/** The longest that Pub/Sub waits between deliveries, in milliseconds. */
const maxBackoffMs = 600_000;
/** And at least. */
const leastCapMs = 60_000;

/** Between 0 and 10 minutes. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions#retrypolicy */
function backoffOf(baseMs: number, capMs: number): PubsubSubscriptionResource['retryPolicy'] {
  const minimumMs = Math.min(baseMs, maxBackoffMs);
  const maximumMs = Math.min(Math.max(capMs, minimumMs), maxBackoffMs);
  return { minimumBackoff: `${minimumMs / 1_000}s`, maximumBackoff: `${maximumMs / 1_000}s` };
}

import { unpackCarried, type Arrival, type Carried } from '@portolan/kernel';
import { bodyText, type PushRequest } from './push-request.ts';

/** A message as a subscription hands it over. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
export interface PushedMessage {
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly messageId?: string;
}

/** What a push subscription hands over. @see https://cloud.google.com/pubsub/docs/push#receive_push */
interface PushBody {
  readonly message?: PushedMessage;
  /** Only where the subscription has a dead letter policy. */
  readonly deliveryAttempt?: number;
}

/** A message as it arrived from Pub/Sub. */
export interface PubsubArrival extends Arrival {
  /** How often Pub/Sub has handed it over; `undefined` where it does not count. */
  readonly handedOver: number | undefined;
  /** It was given up by Pub/Sub, since nobody answered for it; how often it was delivered. */
  readonly unanswered: number | undefined;
}

/** Put on a message by Pub/Sub when it moves it to a dead letter topic. */
const sourceCount = 'CloudPubSubDeadLetterSourceDeliveryCount';
const sourceSubscription = 'CloudPubSubDeadLetterSourceSubscription';

/** The text that a message carries. */
export const textOf = ({ data = '' }: PushedMessage): string => Buffer.from(data, 'base64').toString();

/** @returns `undefined` for what this adapter has not sent. */
export const carriedIn = (message: PushedMessage): Carried | undefined => unpackCarried(textOf(message));

/**
 * @param read - What a message is. @default {@link carriedIn}
 * @returns `undefined` for what is nothing to it.
 */
export function pubsubArrivalOf(request: PushRequest, read = carriedIn): PubsubArrival | undefined {
  const { message = {}, deliveryAttempt } = bodyOf(request);
  const carried = read(message);
  if (carried === undefined) return undefined;
  const attributes = message.attributes ?? {};
  const unanswered = attributes[sourceSubscription] === undefined ? undefined : Number(attributes[sourceCount] ?? 0);
  // Deliveries that failed are counted in the message itself: what Pub/Sub counts are also those that came too early.
  return { carried, deliveries: 1, handedOver: deliveryAttempt, unanswered };
}

function bodyOf(request: PushRequest): PushBody {
  try {
    return (JSON.parse(bodyText(request)) ?? {}) as PushBody;
  } catch {
    return {};
  }
}

/** Whether it came before it may be delivered. */
export const isEarly = ({ notBefore = 0 }: Carried, now: number): boolean => notBefore > now;

import { settle, type Carried, type Consumer, type Environment, type Outlet, type RetryPolicy } from '@portolan/kernel';
import { unansweredOf } from './arrivals.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { HeldMessages } from './held-messages.ts';
import { outgoing, type Publisher } from './publisher.ts';
import { isEarly, pubsubArrivalOf, type PubsubArrival, type PushedMessage } from './push-message.ts';
import { NotTaken, type PushRequest } from './push-request.ts';

/**
 * How often Pub/Sub may hand over what comes too early before a copy takes its place: well below the 100 times after which
 * Pub/Sub gives a message up, and at backoffs of 10 minutes still within the 7 days that it keeps one.
 */
const handedOverMax = 50;

export interface Receiving {
  /** For the log, `queue "jobs"`. */
  readonly subject: string;
  readonly retry: RetryPolicy;
  readonly environment: Environment;
  readonly publisher: Publisher;
  /** Where copies go: to this subscription and no other. */
  readonly againTopic: string;
  readonly dead: DeadLetters;
  /** Where order is kept. */
  readonly held?: HeldMessages;
  /** Whether the subscription wants the message. */
  readonly wants?: (message: unknown) => boolean;
  /** What a message is, where others than this adapter publish as well. @default what this adapter sends */
  readonly read?: (message: PushedMessage) => Carried | undefined;
}

/**
 * Takes one push of a subscription. What fails goes out again as a copy that knows when it may be delivered; one that comes
 * before is not taken, so that Pub/Sub's own backoff spaces what is left of the wait. In an ordered queue the message itself
 * is not taken, and what became of it is written down beside.
 *
 * @throws {NotTaken} where Pub/Sub must deliver it again by its own means.
 */
export async function receivePush(request: PushRequest, consumer: Consumer, receiving: Receiving): Promise<void> {
  const { subject, environment, dead, held, wants, read, retry } = receiving;
  const came = pubsubArrivalOf(request, read);
  if (came === undefined) {
    environment.log.error('what is no message of ours was dropped', { port: subject });
    return;
  }
  if (wants !== undefined && !wants(came.carried.message)) return;
  if (came.unanswered !== undefined)
    return dead.bury(unansweredOf(came.carried, came.unanswered, environment.clock.now()));
  const carried = held !== undefined && came.handedOver !== 1 ? await held.recall(came.carried) : came.carried;
  const [outcome] = settle([{ ...came, carried }], consumer, {
    retry,
    environment,
    outlet: outletOf(receiving),
  });
  if ((await outcome) === 'left') throw new NotTaken('it has to be delivered again');
}

function outletOf({ environment, publisher, againTopic, dead, held }: Receiving): Outlet<PubsubArrival> {
  return {
    async again(copy, _delayMs, { carried, handedOver }) {
      const early = isEarly(carried, environment.clock.now());
      if (early && (handedOver ?? 1) < handedOverMax) return 'kept';
      if (!early && held !== undefined) {
        await held.hold(copy);
        return 'kept';
      }
      if (held !== undefined) environment.log.warn('a message has waited too long to keep its place', { id: copy.id });
      await publisher.publish(againTopic, [outgoing(copy)]);
      return 'sent';
    },
    bury: (buried) => dead.bury(buried),
  };
}

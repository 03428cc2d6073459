import type { World } from '@portolan/kernel/testing';
import type { WebhookOutcome, WebhookRequest, Webhooks } from '../ports.ts';

/** What a receiver does with a request: an answer, given after some virtual time. */
export interface Behaviour {
  readonly outcome: WebhookOutcome;
  /** @default 0 */
  readonly afterMs?: number;
}

export const answered = (
  status: number,
  more: { readonly retryAfterMs?: number; readonly excerpt?: string } = {},
): WebhookOutcome => ({
  kind: 'answered',
  status,
  durationMs: 0,
  excerpt: '',
  ...more,
});

/** What reached the receiver. */
export interface Received extends WebhookRequest {
  readonly at: number;
}

/** A receiver of webhooks in virtual time: it remembers what came and answers as it is told. */
export interface Receiver extends Webhooks {
  readonly received: Received[];
  /** Deliveries under way at one time, at most so far. */
  mostAtOnce: number;
  behave: (request: WebhookRequest, nth: number) => Behaviour;
}

export function newReceiver(world: World): Receiver {
  let underWay = 0;
  const receiver: Receiver = {
    received: [],
    mostAtOnce: 0,
    behave: () => ({ outcome: answered(204) }),
    async deliver(request) {
      receiver.received.push({ ...request, at: world.now() });
      const { outcome, afterMs = 0 } = receiver.behave(request, receiver.received.length);
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, ++underWay);
      if (afterMs > 0) await world.sleep(afterMs);
      underWay--;
      return outcome;
    },
  };
  return receiver;
}

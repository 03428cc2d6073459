import assert from 'node:assert/strict';
import type { Consumer, Delivery } from '@portolan/kernel';
import type { Harness } from '../harness.ts';

/** A delivery, and when it came by the engine's clock. */
export interface Received<Message> extends Delivery<Message> {
  readonly receivedAt: number;
}

/** What a consumer does with a delivery: returns to accept it, throws to have it again. */
export type Answer<Message> = (delivery: Received<Message>) => Promise<void> | void;

/** A consumer that keeps what it was given, in the order it came. */
export class Inbox<Message> {
  readonly received: Received<Message>[] = [];
  /** Sizes of the batches it was called with. */
  readonly batches: number[] = [];
  readonly consumer: Consumer;

  /** @param answer - @default accepts everything */
  constructor(harness: Pick<Harness, 'now'>, answer: Answer<Message> = () => undefined) {
    this.consumer = (batch) => {
      this.batches.push(batch.length);
      return batch.map(async (delivery) => {
        const received = { ...(delivery as Delivery<Message>), receivedAt: harness.now() };
        this.received.push(received);
        await answer(received);
      });
    };
  }

  get messages(): readonly Message[] {
    return this.received.map(({ message }) => message);
  }

  /** Deliveries of one message, by what `of` tells. */
  those(of: (message: Message) => boolean): readonly Received<Message>[] {
    return this.received.filter(({ message }) => of(message));
  }

  /** The one delivery there must be. */
  only(): Received<Message> {
    assert.equal(this.received.length, 1, `one delivery expected, not ${this.received.length}`);
    return this.received[0]!;
  }
}

/** A promise that the case itself fulfils: for deliveries that are not answered. Open it before the case ends. */
export class Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.opened = promise;
    this.open = resolve;
  }
}

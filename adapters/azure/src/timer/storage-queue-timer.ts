import {
  checkKeyPart,
  encodeTimer,
  RetryLater,
  type Arrival,
  type Carried,
  type Consumer,
  type Delivery,
  type Environment,
  type Outlet,
  type Receiver,
  type Timer,
  type TimerPort,
  type Trace,
} from '@portolan/kernel';
import { arrivalOf, deliverAll, outletOf } from '../queue/deliver.ts';
import type { Mailbox } from '../queue/mailbox.ts';
import type { QueueTriggerEvent } from '../queue/trigger-event.ts';
import type { StandingKey, StandingTable } from './standing.ts';

/**
 * How long a message waits for its row, in milliseconds: it is sent first, and must not be taken for stale before the row
 * can be there. Longer than a write takes with all of its repetitions.
 */
export const graceMs = 60_000;
/** How often it looks for the row meanwhile, in milliseconds. */
const lookMs = 1_000;

/** What a timer's message carries. */
interface Wakeup {
  readonly life: string;
  readonly sentAt: number;
  readonly payload: unknown;
}

/** Timers over a Storage Queue, with a table of those that stand. How it works is told at `storageQueueTimer`. */
export class StorageQueueTimer implements Timer, Receiver<QueueTriggerEvent, void> {
  readonly #port: TimerPort;
  readonly #mailbox: Mailbox;
  readonly #standing: StandingTable;
  readonly #environment: Environment;

  constructor(port: TimerPort, mailbox: Mailbox, standing: StandingTable, environment: Environment) {
    this.#port = port;
    this.#mailbox = mailbox;
    this.#standing = standing;
    this.#environment = environment;
  }

  async set(id: string, at: number, payload: unknown, options: { readonly trace?: Trace } = {}): Promise<void> {
    const now = this.#environment.clock.now();
    encodeTimer(this.#port, id, at, payload, now);
    const life = this.#environment.ids.next();
    const message: Wakeup = { life, sentAt: now, payload };
    const { trace } = options;
    const carried = { id, message, at, attempts: 0, notBefore: at, ...(trace === undefined ? {} : { trace }) };
    // The message comes first: a row must never be without one. A message without a row is nothing.
    const takeBack = await this.#mailbox.send(carried, Math.max(0, at - now));
    const { kind } = await this.#standing.put({ ...keyOf(carried), life }, { condition: 'absent' });
    if (kind === 'written') return;
    // It stands already, with a message of its own. Where this one cannot be taken back, it will be found to be stale.
    await takeBack().catch(() => undefined);
  }

  async cancel(id: string, at: number): Promise<void> {
    checkKeyPart(this.#port.name, 'id', id);
    await this.#standing.delete(keyOf({ id, at }));
  }

  /** Takes what the queue trigger calls a function with; see `StorageQueue.receive`. */
  async receive(event: QueueTriggerEvent, consumer: Consumer): Promise<void> {
    const arrival = arrivalOf(event, this.#environment.clock.now());
    const stands = await this.#stands(arrival.carried);
    if (stands === 'no') return;
    const settling = { retry: this.#port.retry, environment: this.#environment, outlet: this.#outlet() };
    const firing = stands === 'yes' ? this.#firing(consumer) : waitForRow;
    await deliverAll([arrival], firing, settling);
  }

  /** Whether the timer of a message stands; `unknown` as long as its row may be on its way. */
  async #stands({ id, at, message }: Carried): Promise<'yes' | 'no' | 'unknown'> {
    const { life, sentAt } = message as Wakeup;
    const row = await this.#standing.get(keyOf({ id, at }));
    if (row !== undefined) return row.item.life === life ? 'yes' : 'no';
    return this.#environment.clock.now() < sentAt + graceMs ? 'unknown' : 'no';
  }

  /** Calls the consumer with payloads, and takes the rows of those away that it has handled. */
  #firing(consumer: Consumer): Consumer {
    return (batch) => {
      const answers = consumer(batch.map((delivery) => ({ ...delivery, message: wakeupOf(delivery).payload })));
      return answers.map(async (answer, index) => {
        await answer;
        const delivery = batch[index]!;
        try {
          await this.#remove(delivery, wakeupOf(delivery).life);
        } catch (error) {
          // It has fired, but would stand forever: better that it fires once more, which is no failure of its handler.
          throw new RetryLater(lookMs, `its row could not be removed: ${String(error)}`);
        }
      });
    };
  }

  #outlet(): Outlet {
    const outlet = outletOf(this.#mailbox);
    return {
      again: (copy, delayMs, arrival: Arrival) => outlet.again(copy, delayMs, arrival),
      bury: async (dead, arrival: Arrival) => {
        await outlet.bury(dead, arrival);
        await this.#remove(dead.carried, (dead.carried.message as Wakeup).life);
      },
    };
  }

  /** Takes the row away, unless the timer was cancelled and set anew meanwhile. */
  async #remove(timer: { readonly id: string; readonly at: number }, life: string): Promise<void> {
    const key = keyOf(timer);
    const row = await this.#standing.get(key);
    if (row?.item.life === life) await this.#standing.delete(key, { condition: { version: row.version } });
  }
}

const keyOf = ({ id, at }: { readonly id: string; readonly at: number }): StandingKey => ({ id, at: String(at) });

const wakeupOf = (delivery: Delivery): Wakeup => delivery.message as Wakeup;

/** Puts everything off that waits for its row. */
const waitForRow: Consumer = (batch) =>
  batch.map(() => Promise.reject(new RetryLater(lookMs, 'its row is on its way')));

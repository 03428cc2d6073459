import type { EventGridPublisherClient } from '@azure/eventgrid';
import {
  defaultRetry,
  encodeMessage,
  kibibytes,
  matchesFilter,
  PoisonMessage,
  utf8Bytes,
  type Arrival,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type PublishOptions,
  type Receiver,
  type Topic,
  type TopicPort,
} from '@portolan/kernel';
import { onceEach } from '@portolan/node';
import { portErrorOf } from '../errors/port-error-of.ts';
import { deliverAll, outletOf } from '../queue/deliver.ts';
import type { Mailbox } from '../queue/mailbox.ts';
import { arrivalsOf, type Parcel, type TopicTriggerEvent } from './cloud-event.ts';
import { parkedMs, type ParkedEvents } from './parked.ts';

/**
 * Bytes of JSON that an event may have to travel by itself: with its envelope, and with why it died, it has to fit a
 * message of a Storage Queue, 48 KiB before base64.
 */
export const maxInlineBytes = kibibytes(44);

export interface TopicEngines {
  readonly client: EventGridPublisherClient<'CloudEvent'>;
  readonly parked: ParkedEvents;
  /** Opens the queue of a subscription. */
  readonly mailbox: (subscription: string) => Promise<Mailbox>;
}

/** A topic over Event Grid. How it works is told at `eventGridTopic`. */
export class EventGridTopic implements Topic, Receiver<TopicTriggerEvent, void> {
  readonly #service: string;
  readonly #port: TopicPort;
  readonly #engines: TopicEngines;
  readonly #environment: Environment;
  readonly #mailboxes = new Map<string, Promise<Mailbox>>();

  constructor(service: string, port: TopicPort, engines: TopicEngines, environment: Environment) {
    this.#service = service;
    this.#port = port;
    this.#engines = engines;
    this.#environment = environment;
  }

  async publish(event: unknown, { trace }: PublishOptions = {}): Promise<void> {
    const json = encodeMessage(this.#port, event, this.#port.maxEventBytes);
    const id = this.#environment.ids.next();
    const now = this.#environment.clock.now();
    const inline = utf8Bytes(json) <= maxInlineBytes;
    // First the event, then the word of it: a crash in between leaves an item that expires.
    if (!inline) await this.#engines.parked.put({ id, event }, { expiresAt: now + parkedMs });
    const extensionAttributes = {
      ...(trace === undefined ? {} : { traceparent: trace.traceparent, correlationid: trace.correlationId }),
      ...(inline ? {} : { portolan: 'parked' }),
    };
    try {
      await this.#engines.client.send([
        {
          id,
          source: `/portolan/${this.#service}`,
          type: `${this.#service}.${this.#port.name}`,
          time: new Date(now),
          data: inline ? event : this.#filterable(event),
          extensionAttributes,
        },
      ]);
    } catch (error) {
      throw portErrorOf(error, `topic "${this.#port.name}": publish`);
    }
  }

  /**
   * Takes what a function of a subscription is called with: a message of its queue, or events from Event Grid itself.
   * Throwing has the queue, or Event Grid, deliver again by its own means.
   */
  async receive(event: TopicTriggerEvent, consumer: Consumer, options: ConsumeOptions): Promise<void> {
    // Event Grid compares without regard to case, and has no room for long filters.
    const wanted = arrivalsOf(event, this.#environment.clock.now()).filter(({ carried }) =>
      matchesFilter(options.filter, (carried.message as Parcel).data),
    );
    if (wanted.length === 0) return;
    const outlet = outletOf(await this.#mailbox(options.subscription));
    const settling = { retry: defaultRetry, environment: this.#environment, outlet };
    await deliverAll(wanted, await this.#unpacking(wanted, consumer), settling);
  }

  /** A consumer of events instead of what they travel as. */
  async #unpacking(arrivals: readonly Arrival[], consumer: Consumer): Promise<Consumer> {
    const events = new Map<string, unknown>();
    for (const { carried } of arrivals) {
      const { data, parked } = carried.message as Parcel;
      if (parked !== true) continue;
      const stored = await this.#engines.parked.get({ id: carried.id });
      events.set(carried.id, stored === undefined ? gone(data) : stored.item.event);
    }
    return (batch) => {
      const unpacked = batch.map((delivery) => {
        const { data, parked } = delivery.message as Parcel;
        return { ...delivery, message: parked === true ? events.get(delivery.id) : data };
      });
      const found = unpacked.filter(({ message }) => !(message instanceof PoisonMessage));
      const answers = found.length === 0 ? [] : consumer(found);
      return unpacked.map((delivery) => answers[found.indexOf(delivery)] ?? Promise.reject(delivery.message as Error));
    };
  }

  #mailbox(subscription: string): Promise<Mailbox> {
    return onceEach(this.#mailboxes, subscription, () => this.#engines.mailbox(subscription));
  }

  #filterable(event: unknown): Record<string, unknown> {
    const fields = event as Record<string, unknown>;
    return Object.fromEntries(
      this.#port.filterable.filter((field) => field in fields).map((field) => [field, fields[field]]),
    );
  }
}

const gone = (data: unknown): PoisonMessage =>
  new PoisonMessage(`the event was parked, and is gone by now; of it there is ${JSON.stringify(data)}`);

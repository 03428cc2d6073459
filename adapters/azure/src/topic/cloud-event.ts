import { unpackCarried, type Arrival, type Carried, type Trace } from '@portolan/kernel';
import { isQueueEvent, metadataOf, type QueueTriggerEvent } from '../queue/trigger-event.ts';

/**
 * An event of CloudEvents 1.0, in JSON, as Event Grid delivers it.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export interface CloudEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time?: string | Date;
  readonly data?: unknown;
  readonly traceparent?: string;
  readonly correlationid?: string;
  /** `parked` where `data` holds no more than what filters look at: the event lies in the table. */
  readonly portolan?: string;
}

/** What the function of a subscription is called with: one event, several, or a message of its queue. */
export type TopicTriggerEvent = CloudEvent | readonly CloudEvent[] | QueueTriggerEvent;

/** What travels as the message of an event. */
export interface Parcel {
  readonly data: unknown;
  readonly parked?: true;
}

/** Whatever arrived, in the one form that is settled. */
export function arrivalsOf(event: TopicTriggerEvent, now: number): readonly Arrival[] {
  if (!isQueueEvent(event)) {
    const events = (Array.isArray(event) ? event : [event]) as readonly CloudEvent[];
    // Event Grid counts its deliveries, but does not tell the function.
    return events.map((one) => ({ carried: carriedIn(one, now), deliveries: 1 }));
  }
  const { message, triggerMetadata } = event;
  const { deliveries, id, at } = metadataOf(triggerMetadata, now);
  const carried = typeof message === 'object' ? unpackCarried(JSON.stringify(message)) : unpackCarried(String(message));
  if (carried !== undefined) return [{ carried, deliveries }];
  if (isCloudEvent(message)) return [{ carried: carriedIn(message, now), deliveries }];
  return [{ carried: { id, at, attempts: 0, message: { data: message } satisfies Parcel }, deliveries }];
}

function isCloudEvent(value: unknown): value is CloudEvent {
  const { specversion, id } = (value ?? {}) as Partial<CloudEvent>;
  return typeof specversion === 'string' && typeof id === 'string';
}

function carriedIn(event: CloudEvent, now: number): Carried {
  const { id, time, data, portolan, traceparent, correlationid } = event;
  const at = time === undefined ? Number.NaN : new Date(time).getTime();
  const message: Parcel = { data, ...(portolan === 'parked' ? { parked: true } : {}) };
  return { id, message, at: Number.isNaN(at) ? now : at, attempts: 0, ...traceOf(traceparent, correlationid) };
}

const traceOf = (traceparent: string | undefined, correlationId: string | undefined): { readonly trace?: Trace } =>
  traceparent === undefined || correlationId === undefined ? {} : { trace: { traceparent, correlationId } };

import { packCarried } from '@portolan/kernel';
import { arrivalsOf, type CloudEvent } from './cloud-event.ts';

const event: CloudEvent = {
  specversion: '1.0',
  id: 'e1',
  source: '/portolan/s',
  type: 's.news',
  time: '2026-11-20T10:00:00.123Z',
  data: { n: 1 },
};
const at = Date.parse('2026-11-20T10:00:00.123Z');
const carried = { id: 'e1', at, attempts: 0, message: { data: { n: 1 } } };
const metadata = { id: 'm1', dequeueCount: 3, insertionTime: '2026-11-20T11:00:00Z' };

test('reads one event and several, as Event Grid calls a function with them', () => {
  expect(arrivalsOf(event, 9)).toEqual([{ carried, deliveries: 1 }]);
  expect(arrivalsOf([event, { ...event, id: 'e2' }], 9).map((arrival) => arrival.carried.id)).toEqual(['e1', 'e2']);
});

test('reads an event that Event Grid has put into a queue, as text or as the object it is', () => {
  for (const message of [event, JSON.stringify(event)] as const) {
    const parsed = typeof message === 'string' ? (JSON.parse(message) as unknown) : message;
    expect(arrivalsOf({ message: parsed, triggerMetadata: metadata }, 9)).toEqual([{ carried, deliveries: 3 }]);
  }
});

test('reads a copy that was sent to the queue after a failure', () => {
  const copy = { ...carried, attempts: 2, notBefore: at + 5 };
  const message: unknown = JSON.parse(packCarried(copy));
  expect(arrivalsOf({ message, triggerMetadata: metadata }, 9)).toEqual([{ carried: copy, deliveries: 3 }]);
});

test('takes whatever else lies in the queue for an event by itself', () => {
  const [arrival] = arrivalsOf({ message: { n: 7 }, triggerMetadata: metadata }, 9);
  expect(arrival?.carried).toEqual({
    id: 'm1',
    at: Date.parse('2026-11-20T11:00:00Z'),
    attempts: 0,
    message: { data: { n: 7 } },
  });
});

test('carries the trace, and knows of events that are parked', () => {
  const traced = { ...event, traceparent: 't', correlationid: 'c', portolan: 'parked' };
  const [arrival] = arrivalsOf(traced, 9);
  expect(arrival?.carried.trace).toEqual({ traceparent: 't', correlationId: 'c' });
  expect(arrival?.carried.message).toEqual({ data: { n: 1 }, parked: true });
});

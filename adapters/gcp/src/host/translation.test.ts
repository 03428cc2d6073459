import { bodyText } from '../queue/push-request.ts';
import { deliveryOf } from './delivery.ts';
import { httpRequestOf, type CloudRequest } from './request.ts';
import { traceFields } from './request-trace.ts';
import { tickAt } from './scheduler-call.ts';

const request = (given: Partial<CloudRequest> = {}): CloudRequest => ({
  method: 'POST',
  originalUrl: '/',
  headers: {},
  ...given,
});

test('reads a request as it was sent: its path encoded, its query apart, its body in bytes', () => {
  const rawBody = Buffer.from('{"a":1}');
  const headers = { 'content-type': 'application/json' };
  expect(httpRequestOf(request({ originalUrl: '/notes/caf%C3%A9%2F1?a=%79&a=2?', headers, rawBody }))).toEqual({
    method: 'POST',
    path: '/notes/caf%C3%A9%2F1',
    query: 'a=%79&a=2?',
    headers,
    body: rawBody,
  });
  expect(httpRequestOf(request({ originalUrl: '/notes' }))).toMatchObject({
    path: '/notes',
    query: '',
    body: undefined,
  });
});

describe('hands an adapter', () => {
  const push = { message: { data: 'aGVsbG8=', messageId: '7' }, subscription: 'projects/p/subscriptions/s' };
  const type = 'google.cloud.pubsub.topic.v1.messagePublished';
  const structured = (event: object, contentType = 'application/cloudevents+json; charset=utf-8') =>
    request({ headers: { 'content-type': contentType }, rawBody: Buffer.from(JSON.stringify(event)) });
  const textOf = (given: CloudRequest) => bodyText(deliveryOf(given));

  test('what Cloud Tasks and push subscriptions send, as it is', () => {
    const rawBody = Buffer.from(JSON.stringify(push));
    const headers = { 'content-type': 'application/json', 'x-cloudtasks-taskretrycount': '2' };
    expect(deliveryOf(request({ headers, rawBody }))).toEqual({ headers, body: rawBody });
  });

  test('what Eventarc sends in binary mode, as it is', () => {
    const rawBody = Buffer.from(JSON.stringify(push));
    const headers = { 'content-type': 'application/json', 'ce-type': type, 'ce-id': '7', 'ce-specversion': '1.0' };
    expect(textOf(request({ headers, rawBody }))).toBe(JSON.stringify(push));
  });

  test('what lies in an event in structured mode', () => {
    expect(JSON.parse(textOf(structured({ specversion: '1.0', type, data: push })))).toEqual(push);
    const encoded = Buffer.from(JSON.stringify(push)).toString('base64');
    expect(JSON.parse(textOf(structured({ specversion: '1.0', type, data_base64: encoded })))).toEqual(push);
  });

  test.each([
    ['an event of another type', { type: 'google.cloud.storage.object.v1.finalized', data: push }],
    ['an event without data', { type }],
    ['what is no event', []],
  ])('%s as it is', (_what, event) => expect(textOf(structured(event))).toBe(JSON.stringify(event)));
});

test('reads when a tick was due, in any offset, and takes now for one that a person asked for', () => {
  const ticked = (scheduletime?: string) =>
    tickAt({ headers: { 'x-cloudscheduler': 'true', 'x-cloudscheduler-scheduletime': scheduletime } }, 42);
  expect(ticked('2026-11-20T03:30:00Z')).toBe(Date.UTC(2026, 10, 20, 3, 30));
  expect(ticked('2026-11-20T03:30:00-08:00')).toBe(Date.UTC(2026, 10, 20, 11, 30));
  expect(ticked()).toBe(42);
  expect(tickAt({ headers: { 'x-cloudtasks-taskname': 'a' } }, 42)).toBeUndefined();
});

test('finds the trace of a request, in the way that Google writes it and in that of W3C', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const fields = { 'logging.googleapis.com/trace': `projects/p/traces/${trace}` };
  expect(traceFields({ 'x-cloud-trace-context': `${trace}/123;o=1` }, 'p')).toEqual(fields);
  expect(traceFields({ traceparent: `00-${trace}-b7ad6b7169203331-01` }, 'p')).toEqual(fields);
  expect(traceFields({}, 'p')).toBeUndefined();
  expect(traceFields({ 'x-cloud-trace-context': 'no trace' }, 'p')).toBeUndefined();
  expect(traceFields({ 'x-cloud-trace-context': trace }, undefined)).toBeUndefined();
});

import { packCarried } from '@portolan/kernel';
import { arrivalOfTask } from './arrivals.ts';
import { pubsubArrivalOf } from './push-message.ts';
import { bodyText, header } from './push-request.ts';

const carried = { id: 'm1', message: { text: 'é' }, at: 5, attempts: 2, notBefore: 9, key: 'k' };
const data = Buffer.from(packCarried(carried)).toString('base64');
const push = (message: object, more: object = {}) => ({ headers: {}, body: JSON.stringify({ message, ...more }) });

test('reads a push of Pub/Sub', () => {
  const arrival = pubsubArrivalOf(push({ data, messageId: '7' }, { deliveryAttempt: 3, subscription: 's' }));
  expect(arrival).toMatchObject({ carried, deliveries: 1, handedOver: 3, unanswered: undefined });
  expect(pubsubArrivalOf(push({ data }))?.handedOver).toBeUndefined();
});

test('tells what Pub/Sub has given up', () => {
  const attributes = {
    CloudPubSubDeadLetterSourceSubscription: 'jobs',
    CloudPubSubDeadLetterSourceDeliveryCount: '100',
  };
  expect(pubsubArrivalOf(push({ data, attributes }))?.unanswered).toBe(100);
});

test.each([
  ['no JSON', { headers: {}, body: 'hello' }],
  ['nothing', { headers: {}, body: '' }],
  ['null', { headers: {}, body: 'null' }],
  ['no message', push({})],
  ['a message of somebody else', push({ data: Buffer.from('{"hello":1}').toString('base64') })],
])('knows nothing of %s', (_, request) => {
  expect(pubsubArrivalOf(request)).toBeUndefined();
});

test('reads a body however the host hands it over', () => {
  for (const body of ['{"a":"é"}', Buffer.from('{"a":"é"}'), { a: 'é' }])
    expect(bodyText({ headers: {}, body })).toBe('{"a":"é"}');
  expect(header({ headers: { a: ['x', 'y'], b: 'z' }, body: '' }, 'a')).toBe('x');
});

test('counts against a message what it failed itself, and gives it up where there is no hope', () => {
  const of = (retries?: string) =>
    arrivalOfTask({ headers: { 'x-cloudtasks-taskretrycount': retries }, body: '' }, carried);
  expect(of()).toEqual({ carried, deliveries: 1, unanswered: undefined });
  expect(of('99')).toEqual({ carried, deliveries: 1, unanswered: undefined });
  expect(of('100')).toMatchObject({ unanswered: 100 });
  expect(of('junk')).toMatchObject({ unanswered: undefined });
});

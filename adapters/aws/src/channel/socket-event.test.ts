import { endpointOf, isSocketEvent, openingOf, textOf, type SocketEvent } from './socket-event.ts';

const requestContext = {
  eventType: 'CONNECT',
  connectionId: 'L0SM9cOFvHcCIhw=',
  domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
  stage: 'live',
  apiId: 'abc123',
} as const;
const event: SocketEvent = { requestContext };

test('knows the events of a WebSocket API from others', () => {
  for (const eventType of ['CONNECT', 'MESSAGE', 'DISCONNECT'])
    expect(isSocketEvent({ requestContext: { ...requestContext, eventType } })).toBe(true);
  for (const other of [undefined, null, {}, { Records: [] }, { version: '2.0', requestContext: { http: {} } }])
    expect(isSocketEvent(other)).toBe(false);
});

test('gives headers lower-case names, and joins those that were sent twice', () => {
  const headers = { Host: 'a', 'X-Tag': 'two', Cookie: 'b=2' };
  const multiValueHeaders = { Host: ['a'], 'X-Tag': ['one', 'two'], Cookie: ['a=1', 'b=2'] };
  expect(openingOf({ ...event, headers, multiValueHeaders }).headers).toEqual({
    host: 'a',
    'x-tag': 'one, two',
    cookie: 'a=1; b=2',
  });
  expect(openingOf({ ...event, headers }).headers).toEqual({ host: 'a', 'x-tag': 'two', cookie: 'b=2' });
});

test('gives the last of each name of the query, and an empty one where there is none', () => {
  const queryStringParameters = { a: '2', b: 'é' };
  const multiValueQueryStringParameters = { a: ['1', '2'], b: ['é'] };
  expect(openingOf({ ...event, queryStringParameters, multiValueQueryStringParameters }).query).toEqual({
    a: '2',
    b: 'é',
  });
  expect(openingOf({ ...event, queryStringParameters: null }).query).toEqual({});
  expect(openingOf(event).query).toEqual({});
});

test('reads the text of a frame, an empty one too', () => {
  expect(textOf({ ...event, body: '{"n":1}' })).toBe('{"n":1}');
  expect(textOf(event)).toBe('');
});

test.each([
  ['eu-central-1', {}, 'https://abc123.execute-api.eu-central-1.amazonaws.com/live'],
  ['eu-central-1', { domainName: 'live.example.com' }, 'https://abc123.execute-api.eu-central-1.amazonaws.com/live'],
  ['cn-north-1', { domainName: 'live.example.cn' }, 'https://abc123.execute-api.cn-north-1.amazonaws.com.cn/live'],
])('finds where the connections of an API in %s are managed: %j', (region, change, endpoint) => {
  expect(endpointOf({ requestContext: { ...requestContext, ...change } }, region)).toBe(endpoint);
});

import { isHttpEvent, requestOf, resultOf, type HttpEvent } from './http-event.ts';

const event = (
  change: Partial<HttpEvent> & { readonly stage?: string; readonly domainName?: string } = {},
): HttpEvent => {
  const { stage = '$default', domainName = 'abc.execute-api.eu-central-1.amazonaws.com', ...rest } = change;
  return {
    rawPath: '/host/v1/notes/a',
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: { http: { method: 'GET' }, stage, domainName },
    ...rest,
  };
};

test('knows an HTTP event in format 2.0 from every other', () => {
  expect(isHttpEvent({ version: '2.0', ...event() })).toBe(true);
  for (const other of [undefined, null, 'x', {}, { Records: [] }, { version: '1.0', httpMethod: 'GET', path: '/' }]) {
    expect(isHttpEvent(other)).toBe(false);
  }
});

test.each([
  ['a path that the gateway has decoded', event({ rawPath: '/notes/café 100%?' }), '/notes/caf%C3%A9%20100%25%3F'],
  ['the stage before the path', event({ rawPath: '/prod/notes/a', stage: 'prod' }), '/notes/a'],
  ['a bare stage', event({ rawPath: '/prod', stage: 'prod' }), '/'],
  ['a path that only begins like the stage', event({ rawPath: '/production/a', stage: 'prod' }), '/production/a'],
  [
    'a path of a function URL, which is not decoded',
    event({ rawPath: '/notes/caf%C3%A9%2Fb', domainName: 'xyz.lambda-url.eu-central-1.on.aws' }),
    '/notes/caf%C3%A9%2Fb',
  ],
])('reads %s', (_what, given, path) => {
  expect(requestOf(given).path).toBe(path);
});

test('reads bodies as text and as bytes, and cookies as one header', () => {
  expect(requestOf(event({ body: '{"a":1}', cookies: ['a=1', 'b=2'] }))).toMatchObject({
    body: '{"a":1}',
    headers: { cookie: 'a=1; b=2' },
  });
  const bytes = Buffer.from([0xff, 0x00, 0x7b]);
  expect(requestOf(event({ body: bytes.toString('base64'), isBase64Encoded: true })).body).toEqual(bytes);
  expect(requestOf(event()).body).toBeUndefined();
});

test('answers text as it is, bytes in base64, cookies apart, and nothing where there is nothing', () => {
  expect(resultOf({ status: 200, headers: { 'content-type': 'text/plain', 'set-cookie': 'a=1' }, body: 'é' })).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'text/plain' },
    cookies: ['a=1'],
    body: 'é',
    isBase64Encoded: false,
  });
  expect(resultOf({ status: 200, headers: {}, body: new Uint8Array([255]) })).toMatchObject({
    body: '/w==',
    isBase64Encoded: true,
  });
  expect(resultOf({ status: 204, headers: {} })).toEqual({ statusCode: 204, headers: {} });
});

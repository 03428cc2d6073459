import { HttpRequest } from '@azure/functions';
import { requestOf, responseOf } from './http-message.ts';

const given = (init: { readonly url?: string; readonly method?: string; readonly body?: Uint8Array } = {}) => {
  const { url = 'http://app.azurewebsites.net/notes/a', method = 'GET', body } = init;
  return new HttpRequest({
    url,
    method,
    headers: { 'x-Some': '1', cookie: 'a=1; b=2' },
    ...(body ? { body: { bytes: body } } : {}),
  });
};

test.each([
  ['http://app.azurewebsites.net/notes/caf%C3%A9%2Fb?a=%20b&c=', '/notes/caf%C3%A9%2Fb', 'a=%20b&c='],
  ['https://app.azurewebsites.net:8443/notes/a?', '/notes/a', ''],
  ['http://localhost/?q=http://x/y?z', '/', 'q=http://x/y?z'],
])('reads path and query of %s as they are', async (url, path, query) => {
  expect(await requestOf(given({ url }))).toMatchObject({ method: 'GET', path, query });
});

test('reads headers by lower-case name, cookies in one, and the body as bytes', async () => {
  const body = new Uint8Array([0xff, 0x00, 0x7b]);
  const read = await requestOf(given({ method: 'POST', body }));
  expect(read.headers).toMatchObject({ 'x-some': '1', cookie: 'a=1; b=2' });
  expect(read.body).toEqual(body);
  expect((await requestOf(given())).body).toBeUndefined();
});

test('answers text, bytes and nothing as they are', () => {
  const bytes = new Uint8Array([255]);
  expect(responseOf({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'é' })).toEqual({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: 'é',
  });
  expect(responseOf({ status: 200, headers: {}, body: bytes }).body).toBe(bytes);
  expect(responseOf({ status: 204, headers: {} })).toEqual({ status: 204, headers: {} });
});

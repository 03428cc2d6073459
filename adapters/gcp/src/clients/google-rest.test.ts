import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GoogleRest, type RestOptions } from './google-rest.ts';

async function api(answer: RequestListener, options: RestOptions = {}) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  const authorize = async () => ({ authorization: 'Bearer token' });
  return {
    rest: new GoogleRest(`http://127.0.0.1:${port}/v1/`, authorize, { wait, ...options }),
    waits,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const post = { method: 'POST', path: 'a/b:c', body: { n: 'é' } } as const;

test('sends JSON with credentials, and gives the answer', async () => {
  await using under = await api((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const body = Buffer.concat(chunks).toString();
      response.end(JSON.stringify({ method, url, body, authorization: headers.authorization }));
    });
  });
  const expected = { method: 'POST', url: '/v1/a/b:c', body: '{"n":"é"}', authorization: 'Bearer token' };
  expect(await under.rest.call({ ...post, repeatable: true })).toEqual(expected);
});

test('takes an empty answer for an empty object', async () => {
  await using under = await api((_, response) => void response.end());
  expect(await under.rest.call({ method: 'DELETE', path: 'x', repeatable: true })).toEqual({});
});

test('repeats what may be repeated until it succeeds', async () => {
  let calls = 0;
  await using under = await api((_, response) => void response.writeHead(++calls < 3 ? 503 : 200).end('{"ok":true}'));
  expect(await under.rest.call({ ...post, repeatable: true })).toEqual({ ok: true });
  expect([calls, under.waits.length]).toEqual([3, 2]);
});

test('repeats nothing that may have been done, where twice is not once', async () => {
  let calls = 0;
  const error = { code: 503, status: 'UNAVAILABLE', message: 'not now' };
  await using under = await api((_, response) => {
    calls++;
    response.writeHead(503).end(JSON.stringify({ error }));
  });
  await expect(under.rest.call({ ...post, repeatable: false })).rejects.toMatchObject({
    status: 'UNAVAILABLE',
    httpStatus: 503,
    message: 'not now',
  });
  expect(calls).toBe(1);
});

test('gives up a call without an answer', async () => {
  await using under = await api(() => undefined, { timeoutMs: 50 });
  await expect(under.rest.call({ ...post, repeatable: false })).rejects.toMatchObject({ name: 'NoAnswer' });
});

test('gives up an answer that does not come to its end', async () => {
  await using under = await api((_, response) => void response.writeHead(200).write('{'), { timeoutMs: 50 });
  await expect(under.rest.call({ ...post, repeatable: false })).rejects.toMatchObject({ name: 'NoAnswer' });
});

test('tells a connection that is refused by its code', async () => {
  const { rest, waits, ...under } = await api(() => undefined);
  await under[Symbol.asyncDispose]();
  await expect(rest.call({ ...post, repeatable: false })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(waits).toHaveLength(4);
});

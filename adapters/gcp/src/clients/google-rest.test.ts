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

describe('an answer whose body is still to come', () => {
  const get = { method: 'GET', path: 'x', repeatable: false } as const;
  const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  test('is told with its head, and read as it comes', async () => {
    let finish = (): void => undefined;
    await using under = await api((_, response) => {
      response.writeHead(200, { 'x-tag': '7' }).write('first');
      finish = () => response.end(' last');
    });
    const { status, headers, body } = await under.rest.open(get);
    expect([status, headers['x-tag']]).toEqual([200, '7']);
    finish();
    expect(await textOf(body)).toBe('first last');
  });

  test('is a refusal with all of its text', async () => {
    await using under = await api((_, response) => void response.writeHead(404).end('No such object: b/o'));
    await expect(under.rest.open(get)).rejects.toMatchObject({
      httpStatus: 404,
      message: 'HTTP 404: No such object: b/o',
    });
  });

  test('is given up where nothing comes of it, but not where its reader takes their time', async () => {
    const answer: RequestListener = ({ url }, response) => {
      response.writeHead(200).write('first');
      if (url === '/v1/slow-reader') response.end();
    };
    await using under = await api(answer, { timeoutMs: 80 });
    const { body } = await under.rest.open({ ...get, path: 'slow-reader' });
    const reading = body[Symbol.asyncIterator]();
    expect(String(Buffer.from((await reading.next()).value as Uint8Array))).toBe('first');
    const silent = await under.rest.open(get);
    await expect(textOf(silent.body)).rejects.toMatchObject({ name: 'NoAnswer' });
    expect((await reading.next()).done).toBe(true);
  });

  test('is let go by itself where nobody reads it', async () => {
    let closed = (): void => undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    await using under = await api(
      (_, response) => {
        response.on('close', closed);
        response.writeHead(200).write('first');
      },
      { timeoutMs: 50 },
    );
    const { body } = await under.rest.open(get);
    await ended;
    await expect(textOf(body)).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
  });
});

test('sends bytes as they are, to a path of the host or to another URL without credentials', async () => {
  await using under = await api((request, response) => {
    const { url, headers } = request;
    response.writeHead(308, { range: 'bytes=0-9' });
    response.end(JSON.stringify({ url, type: headers['content-type'], authorization: headers.authorization }));
  });
  const content = { type: 'a/b', bytes: new Uint8Array([0, 255]) };
  const call = { method: 'PUT', path: '/upload/x', content, answers: [308], repeatable: false } as const;
  const { status, headers, text } = await under.rest.answer(call);
  expect([status, headers.range, JSON.parse(text)]).toEqual([
    308,
    'bytes=0-9',
    { url: '/upload/x', type: 'a/b', authorization: 'Bearer token' },
  ]);
  const anonymous = await under.rest.call({ ...call, path: `${under.rest.origin}/session`, anonymous: true });
  expect(anonymous).toEqual({ url: '/session', type: 'a/b' });
});

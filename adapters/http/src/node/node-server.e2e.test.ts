import { Agent, get, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { silentLog } from '@portolan/kernel';
import type { HttpApi } from '../http-api.ts';
import type { HttpResponse } from '../message.ts';
import { sampleHost } from '../testing/sample.ts';
import { nodeServer, type NodeServer, type NodeServerOptions } from './node-server.ts';

const environment = { clock: { now: () => 1_000 }, log: silentLog };
const open: NodeServer[] = [];
const agent = new Agent({ keepAlive: true });

afterEach(() => Promise.all(open.splice(0).map((server) => server.close(0))));
afterAll(() => agent.destroy());

async function start(options: Partial<NodeServerOptions> = {}, api: HttpApi = sampleHost().api) {
  const server = nodeServer(api, { environment, ...options });
  open.push(server);
  const { port } = await server.listen(0);
  return { server, port };
}

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function send(
  port: number,
  { body, headers: given, ...rest }: Sent,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = request({ port, host: '127.0.0.1', agent, ...rest, headers: { ...length, ...given } }).end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, body: await text(response) };
}

const json = { 'content-type': 'application/json' };
const parcel = JSON.stringify({ id: 'é', tags: [], at: '2026-01-01T00:00:00Z' });

/** A connection without a client's help: what goes over it, and all that comes back until it closes. */
async function raw(port: number, ...parts: string[]): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString())).on('error', () => {});
  const answer = once(socket, 'close').then(() => received);
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return { socket, answer };
}

/** An API whose answers the test gives. */
function heldApi() {
  const waiting: ((response: HttpResponse) => void)[] = [];
  const deadlines: (number | undefined)[] = [];
  let arrived = Promise.withResolvers<void>();
  const api: HttpApi = {
    handle: (_request, meta) =>
      new Promise((resolve) => {
        deadlines.push(meta?.deadlineAt);
        waiting.push(resolve);
        arrived.resolve();
      }),
    maxBodyBytesFor: () => 1_000,
    owns: () => true,
    allowsOrigin: () => false,
  };
  return {
    api,
    deadlines,
    async next() {
      await arrived.promise;
      arrived = Promise.withResolvers<void>();
      return waiting.shift()!;
    },
  };
}

test('carries a request to its operation and the answer back', async () => {
  const { port } = await start();
  const made = await send(port, { method: 'POST', path: '/parcel/v1/parcels', headers: json, body: parcel });
  expect([made.status, made.headers.location]).toEqual([201, '/parcel/v1/parcels/%C3%A9']);
  expect(JSON.parse(made.body)).toMatchObject({ id: 'é' });
  const listed = await send(port, { path: '/parcel/v1/parcels?limit=3&after=a%20b' });
  expect(JSON.parse(listed.body)).toEqual({ limit: 3, after: 'a b' });
});

test('takes the whole URL that a proxy sends', async () => {
  const { port } = await start();
  expect((await send(port, { path: 'http://example.com/parcel/v1/parcels?limit=3' })).status).toBe(200);
});

test('answers HEAD with a length and no body', async () => {
  const { port } = await start();
  const { status, headers, body } = await send(port, { method: 'HEAD', path: '/parcel/v1/parcels/a' });
  expect([status, headers['content-length'], body]).toEqual([200, '10', '']);
});

test('keeps the connection', async () => {
  const { port, server } = await start();
  let connections = 0;
  server.server.on('connection', () => connections++);
  for (let turn = 0; turn < 5; turn++) {
    await send(port, { method: 'POST', path: '/parcel/v1/parcels', headers: json, body: parcel });
  }
  expect(connections).toBe(1);
});

describe('a body that is too long', () => {
  const head = 'POST /parcel/v1/parcels HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  test('is refused by its length alone, and the connection closes', async () => {
    const { port } = await start();
    const { socket, answer } = await raw(port, `${head}content-length: 5000000\r\n\r\n{`);
    await once(socket, 'data');
    socket.end();
    expect(await answer).toMatch(/^HTTP\/1.1 413 [^]*connection: close[^]*\/problems\/too-large/i);
  });

  test('is refused while it is still coming, when it does not say its length', async () => {
    const { port } = await start();
    const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`;
    const { socket, answer } = await raw(port, `${head}transfer-encoding: chunked\r\n\r\n`, chunk);
    await once(socket, 'data');
    socket.end();
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test('is cut when it goes on after the answer', async () => {
    const { port } = await start();
    const { socket, answer } = await raw(port, `${head}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const flood = setInterval(() => socket.write(chunk), 1);
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
    clearInterval(flood);
    expect(socket.bytesWritten).toBeLessThan(50_000_000);
  });

  test('is not even sent by a client that asks first', async () => {
    const { port } = await start();
    const { socket, answer } = await raw(port, `${head}content-length: 5000\r\nexpect: 100-continue\r\n\r\n`);
    await once(socket, 'data');
    socket.end();
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  });
});

test('tells a client that asks first to go on', async () => {
  const { port } = await start();
  const headers = { ...json, expect: '100-continue', 'content-length': String(Buffer.byteLength(parcel)) };
  const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path: '/parcel/v1/parcels', headers });
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.end(parcel);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(201);
  response.resume();
});

test('a body that nobody reads does not break the connection', async () => {
  const { port } = await start();
  for (const body of ['x', 'x'.repeat(300_000)]) {
    const { status } = await send(port, { method: 'DELETE', path: '/parcel/v1/parcels/a', body });
    expect(status).toBe(204);
  }
  expect((await send(port, { path: '/parcel/v1/parcels/a' })).status).toBe(200);
});

describe('time', () => {
  test('hands operations a deadline, and answers 503 when it passes', async () => {
    const held = heldApi();
    const { port } = await start({ answerWithinMs: 20 }, held.api);
    const { status, headers, body } = await send(port, { path: '/' });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/unavailable' });
    expect(held.deadlines).toEqual([1_020]);
  });

  test('drops a client that dawdles over its headers', async () => {
    const { port } = await start({ headersWithinMs: 40 });
    const { answer } = await raw(port, 'GET / HTTP/1.1\r\nhost:');
    expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('drops a client that dawdles over its body', async () => {
    const { port } = await start({ headersWithinMs: 40, requestWithinMs: 40 });
    const { answer } = await raw(
      port,
      'POST /parcel/v1/parcels HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
    );
    expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('lets an upload take longer than the body of an operation', async () => {
    const fallback: NodeServerOptions['fallback'] = async (incoming, outgoing) => {
      outgoing.end(`${(await text(incoming)).length} characters`);
    };
    const { port } = await start({ requestWithinMs: 40, uploadWithinMs: 60_000, fallback });
    const slow = 'HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{';
    const upload = await raw(port, `PUT /objects/a ${slow}`);
    const posted = await raw(port, `POST /parcel/v1/parcels ${slow}`);
    expect(await posted.answer).toMatch(/^HTTP\/1.1 408 .*\r\nconnection: close\r\n/is);
    upload.socket.end('}');
    expect(await upload.answer).toMatch(/^HTTP\/1.1 200 .*2 characters/s);
  });
});

describe('clients that go away', () => {
  test('while they send are never heard of', async () => {
    const host = sampleHost();
    const { port, server } = await start({}, host.api);
    const seen = once(server.server, 'request') as Promise<[IncomingMessage]>;
    const { socket } = await raw(
      port,
      'POST /parcel/v1/parcels HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
    );
    const [incoming] = await seen;
    const gone = once(incoming, 'close').catch(() => {});
    socket.destroy();
    await gone;
    expect((await send(port, { path: '/parcel/v1/parcels/a' })).status).toBe(200);
    expect(host.calls).toHaveLength(1);
  });

  test('while they wait change nothing', async () => {
    const held = heldApi();
    const { port, server } = await start({}, held.api);
    const seen = once(server.server, 'request') as Promise<
      [IncomingMessage, { once: (event: string, done: () => void) => void }]
    >;
    const { socket } = await raw(port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    const [, outgoing] = await seen;
    const answer = await held.next();
    const gone = new Promise<void>((resolve) => outgoing.once('close', resolve));
    socket.destroy();
    await gone;
    answer({ status: 200, headers: {}, body: 'late' });
    const other = send(port, { path: '/' });
    (await held.next())({ status: 200, headers: {}, body: 'fine' });
    expect((await other).body).toBe('fine');
  });
});

describe('closing', () => {
  test('lets a request under way finish, and takes no other', async () => {
    const held = heldApi();
    const { port, server } = await start({}, held.api);
    const answered = send(port, { path: '/' });
    const answer = await held.next();
    const closed = server.close(10_000);
    await expect(once(get({ port, host: '127.0.0.1' }), 'response')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answer({ status: 200, headers: {}, body: 'done' });
    expect((await answered).body).toBe('done');
    await closed;
  });

  test('cuts what does not finish in time', async () => {
    const held = heldApi();
    const { port, server } = await start({}, held.api);
    const { answer } = await raw(port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await held.next();
    await server.close(10);
    expect(await answer).toBe('');
  });

  test('does not wait for idle connections', async () => {
    const { port, server } = await start();
    await send(port, { path: '/parcel/v1/parcels/a' });
    await server.close(60_000);
    expect(server.server.listening).toBe(false);
  });
});

describe('paths of no service', () => {
  test('go to the fallback', async () => {
    const { port } = await start({ fallback: (incoming, outgoing) => void outgoing.end(`file ${incoming.url}`) });
    expect((await send(port, { path: '/console?x=1' })).body).toBe('file /console?x=1');
    expect((await send(port, { path: '/parcel/v1/nowhere' })).status).toBe(404);
  });

  test('are problems without one', async () => {
    const { port } = await start();
    const { status, headers } = await send(port, { path: '/console' });
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
  });

  test('are 500 when the fallback fails, and logged', async () => {
    const logged: unknown[] = [];
    const log = { ...silentLog, error: (message: string, fields: unknown) => void logged.push({ message, fields }) };
    const { port } = await start({
      environment: { ...environment, log },
      fallback: () => Promise.reject(new Error('no such disk')),
    });
    const { status, body } = await send(port, { path: '/console' });
    expect(status).toBe(500);
    expect(body).not.toContain('disk');
    expect(logged).toEqual([
      { message: 'request failed', fields: { path: '/console', reason: 'Error: no such disk' } },
    ]);
  });
});

describe('a server that trusts only its own names', () => {
  const trustedHosts = ['localhost', '127.0.0.1', '[::1]'];
  test.each([
    ['its name', 'GET', { host: 'localhost:8080' }, 200],
    ['its address', 'GET', { host: '[::1]:8080' }, 200],
    ['its name in capitals', 'GET', { host: 'LOCALHOST:8080' }, 200],
    ['a name of somebody else', 'GET', { host: 'evil.example.com' }, 421],
    ['a name that only starts like its own', 'GET', { host: 'localhost.example.com' }, 421],
    ['nonsense', 'GET', { host: 'a b' }, 421],
    ['a page of its own that writes', 'DELETE', { host: 'localhost:8080', origin: 'http://localhost:3000' }, 204],
    ['a page of another site that writes', 'DELETE', { host: 'localhost', origin: 'https://evil.example.com' }, 403],
    ['a page without an origin that writes', 'DELETE', { host: 'localhost', origin: 'null' }, 403],
    ['a page of another site that reads', 'GET', { host: 'localhost', origin: 'https://evil.example.com' }, 200],
  ])('%s: %s is answered', async (_case, method, headers, status) => {
    const { port } = await start({ trustedHosts });
    expect(
      (await send(port, { method, path: '/parcel/v1/parcels/a', headers: headers as Record<string, string> })).status,
    ).toBe(status);
  });
});

test('a port that is taken is told at once', async () => {
  const { port } = await start();
  const other = nodeServer(sampleHost().api, { environment });
  await expect(other.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('a malformed request line is the fault of the client', async () => {
  const { port } = await start();
  const { answer } = await raw(port, 'NONSENSE\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1.1 400 /);
});

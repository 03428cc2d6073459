import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PortError, problem, welcome } from '@portolan/kernel';
import { nodeServer } from '../node/node-server.ts';
import { sampleHost } from '../testing/sample.ts';
import { handshake, SocketStage, until, type StageOptions } from '../testing/socket-stage.ts';

/** The answer to a refused handshake, taken apart. */
function parts(answer: string) {
  const [head, body] = answer.split('\r\n\r\n') as [string, string];
  const [line, ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((one) => one.split(': ') as [string, string]));
  return { status: Number(line!.split(' ')[1]), headers, body: JSON.parse(body) as Record<string, unknown> };
}

test.each([
  ['with another method', {}, 'POST /live HTTP/1.1', 405, 'method-not-allowed'],
  ['in another version of the protocol', { 'sec-websocket-version': '8' }, undefined, 400, 'invalid'],
  ['without a key', { 'sec-websocket-key': undefined }, undefined, 400, 'invalid'],
  ['with a malformed key', { 'sec-websocket-key': 'short' }, undefined, 400, 'invalid'],
  ['at a path that has no sockets', {}, 'GET /live/ HTTP/1.1', 404, 'not-found'],
])('a request for a socket %s is answered with a problem', async (_, changes, line, status, kind) => {
  await using stage = await SocketStage.start();
  const answer = parts(await stage.raw(handshake(changes, line)));
  expect(answer).toMatchObject({ status, body: { type: `/problems/${kind}`, status } });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', connection: 'close' });
  expect(stage.connections).toEqual([]);
});

test('tells the version it speaks, and the method it takes', async () => {
  await using stage = await SocketStage.start();
  const version = parts(await stage.raw(handshake({ 'sec-websocket-version': '99' })));
  expect(version.headers['sec-websocket-version']).toBe('13');
  expect(parts(await stage.raw(handshake({}, 'PUT /live HTTP/1.1'))).headers['allow']).toBe('GET');
});

test('answers a refusal of the function as HTTP does, with all that it says', async () => {
  const answers = [
    problem('unauthorized', 'Log in, Grüße.'),
    problem('limited', 'Five are enough.', { retryAfterMs: 4_500 }),
  ];
  await using stage = await SocketStage.start({ handlers: { connect: async () => answers.shift()! } });
  const first = parts(await stage.raw(handshake()));
  expect(first).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' } });
  expect(Buffer.from(String(first.body['detail']), 'latin1').toString()).toBe('Log in, Grüße.');
  expect(parts(await stage.raw(handshake()))).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  expect(stage.ended).toEqual([]);
});

describe('an origin', () => {
  const page = { origin: 'https://shop.example.com', host: 'shop.example.com' };
  const trusting: StageOptions = { server: { trustedHosts: ['localhost', '[::1]'] } };
  const open: StageOptions = { api: { allowOrigin: ['https://console.example.com'] } };
  test.each<[string, StageOptions, Record<string, string | undefined>, number]>([
    ['that is none, as of a program', {}, {}, 101],
    ['of the host that is asked', {}, page, 101],
    ['of the host that is asked, at its port', {}, { origin: 'http://a.test:4400', host: 'a.test:4400' }, 101],
    ["of the host that is asked, at its scheme's port", {}, { ...page, host: 'shop.example.com:443' }, 101],
    ['of another port', {}, { ...page, host: 'shop.example.com:4400' }, 403],
    ['of another host', {}, { ...page, host: 'example.com' }, 403],
    ['that hides', {}, { origin: 'null' }, 403],
    ['of a file', {}, { origin: 'file://' }, 403],
    ['that the API allows', open, { origin: 'https://console.example.com' }, 101],
    ['that the API does not allow', open, { origin: 'https://evil.example.com' }, 403],
    ['of any host, where the API allows all', { api: { allowOrigin: '*' } }, { origin: 'https://a.test' }, 101],
    ['of a trusted host, at any port', trusting, { host: 'localhost:4400', origin: 'http://localhost:5173' }, 101],
    ['of a host that is not trusted', trusting, { host: 'localhost', origin: 'https://evil.example.com' }, 403],
    ['of a name that was pointed here', trusting, { host: 'evil.example.com', origin: 'http://evil.example.com' }, 421],
    ['that is none, at a name that was pointed here', trusting, { host: 'evil.example.com' }, 421],
  ])('%s is answered as it should be', async (_, options, headers, status) => {
    await using stage = await SocketStage.start(options);
    const answer = await stage.raw(handshake({ host: 'localhost', ...headers }));
    expect(Number(answer.split(' ')[1])).toBe(status);
    if (status === 101) return;
    expect(parts(answer).headers['content-type']).toBe('application/problem+json');
    expect(stage.connections).toEqual([]);
  });
});

describe('a request for another protocol than sockets', () => {
  test('is answered like any other', async () => {
    await using stage = await SocketStage.start();
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    const [response] = (await once(
      get({ port: stage.port, host: '127.0.0.1', path: '/parcel/v1/parcels/a', headers }),
      'response',
    )) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    await text(response);
  });

  test('is answered like any other by a server without sockets, for sockets as well', async () => {
    const server = nodeServer(sampleHost().api, { environment: { clock: { now: () => 1 }, log: console } });
    const { port } = await server.listen(0);
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    const [response] = (await once(
      get({ port, host: '127.0.0.1', path: '/parcel/v1/parcels/a', headers }),
      'response',
    )) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    await text(response);
    await server.close(0);
  });
});

describe('a function that lets nobody in for 30 s', () => {
  test('is not waited for, and a late welcome is taken back', async () => {
    const late = Promise.withResolvers<void>();
    await using stage = await SocketStage.start({
      handlers: {
        async connect() {
          await late.promise;
          return welcome(['all']);
        },
      },
    });
    const answering = stage.raw(handshake());
    await until(() => stage.connections.length === 1, 'the function is asked');
    stage.time.pass(29_999);
    expect(stage.time.pending).toBe(1);
    stage.time.pass(1);
    expect(parts(await answering)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(stage.ended).toEqual([]);
    late.resolve();
    await until(() => stage.ended.length === 1, 'the welcome is taken back');
    expect(stage.ended).toEqual(stage.connections);
    expect(stage.time.pending).toBe(0);
  });

  test('does not hold up whoever stops, once its time is over', async () => {
    const never = new Promise<never>(() => {});
    await using stage = await SocketStage.start({ handlers: { connect: () => never } });
    const answers = [stage.raw(handshake())];
    await until(() => stage.connections.length === 1, 'the function is asked');
    stage.time.pass(20_000);
    answers.push(stage.raw(handshake()));
    await until(() => stage.connections.length === 2, 'the function is asked again');
    stage.time.pass(10_000);
    const stopping = stage.stop().then(() => 'stopped');
    expect((await Promise.all(answers)).map((answer) => parts(answer).status)).toEqual([503, 503]);
    // The second may still answer in time, and what it did is then taken back.
    expect(await Promise.race([stopping, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe('waits');
    stage.time.pass(20_000);
    expect(await stopping).toBe('stopped');
    expect(stage.time.pending).toBe(0);
  });
});

test('a client that goes away during its handshake has ended like any other', async () => {
  const answer = Promise.withResolvers<void>();
  await using stage = await SocketStage.start({
    handlers: {
      async connect() {
        await answer.promise;
        return welcome(['all']);
      },
    },
  });
  const client = connect(stage.port, '127.0.0.1');
  client.write(handshake());
  await until(() => stage.connections.length === 1, 'the function is asked');
  client.resetAndDestroy();
  await once(client, 'close');
  answer.resolve();
  await until(() => stage.ended.length === 1, 'its end is told');
  expect(await stage.sockets.send('c-1', { n: 1 })).toEqual({ kind: 'gone' });
});

test('a client that is let in but asks for what cannot be has ended like any other', async () => {
  await using stage = await SocketStage.start();
  expect(await stage.raw(handshake({ 'sec-websocket-protocol': ',' }))).toMatch(/^HTTP\/1.1 400 /);
  await until(() => stage.ended.length === 1, 'its end is told');
});

test('a client that is refused and does not go away is cut off', async () => {
  await using stage = await SocketStage.start();
  const client = connect({ port: stage.port, host: '127.0.0.1', allowHalfOpen: true });
  client.write(handshake({}, 'GET /nowhere HTTP/1.1'));
  client.resume();
  await once(client, 'end');
  let open = 1;
  await until(() => {
    stage.server.server.getConnections((_, count) => (open = count));
    return open === 0;
  }, 'the connection is gone');
  client.destroy();
});

test('whoever comes while the sockets are closed is told to come back', async () => {
  await using stage = await SocketStage.start();
  await stage.upgrades.close();
  expect(parts(await stage.raw(handshake()))).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(parts(await stage.raw(handshake({}, 'GET /nowhere HTTP/1.1'))).status).toBe(404);
});

test('what a client says before it was let in is heard', async () => {
  await using stage = await SocketStage.start();
  const message = Buffer.from('{"n":7}');
  // A masked text frame whose mask is zero, in one packet with the request.
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | message.length, 0, 0, 0, 0]), message]);
  void stage.raw(Buffer.concat([Buffer.from(handshake()), frame]));
  await until(() => stage.said.length === 1, 'the message is heard');
  expect(stage.said).toEqual([7]);
});

test('one path is served once at a time', async () => {
  await using stage = await SocketStage.start();
  await expect(stage.sockets.serve(stage.sessions, { path: '/live' })).rejects.toThrow(PortError);
  await stage.stop();
  const again = await stage.sockets.serve(stage.sessions, { path: '/live' });
  const client = await stage.connect();
  const closed = once(client, 'close') as Promise<[number]>;
  await again.stop();
  expect((await closed)[0]).toBe(1001);
});

import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { welcome } from '@portolan/kernel';
import { handshake, live, SocketStage, until } from '../testing/socket-stage.ts';

const closed = async (client: WebSocket): Promise<number> => ((await once(client, 'close')) as [number])[0];

/** Everything that a client gets. */
function heard(client: WebSocket): string[] {
  const all: string[] = [];
  client.on('message', (data: Buffer) => all.push(data.toString()));
  return all;
}

describe('a client that breaks the rules is ended', () => {
  test.each<[string, (client: WebSocket) => void, number]>([
    ['with binary frames: 1003', (client) => client.send(Buffer.from('{"n":1}')), 1003],
    ['with text that is none: 1007', (client) => client.send(Buffer.from([0xff]), { binary: false }), 1007],
    ['with far more than fits: 1009', (client) => client.send('x'.repeat(4 * live.maxMessageBytes + 1)), 1009],
  ])('%s', async (_, breakRules, code) => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    const ended = closed(client);
    breakRules(client);
    expect(await ended).toBe(code);
    await until(() => stage.ended.length === 1, 'its end is told');
    expect(stage.said).toEqual([]);
  });

  test('but not with little more than fits', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    const answers = heard(client);
    client.send('x'.repeat(live.maxMessageBytes + 1));
    await until(() => answers.length === 1, 'an answer');
    expect(JSON.parse(answers[0]!)).toMatchObject({ type: 'problem', problem: 'too-large' });
  });
});

describe('every 30 s', () => {
  test('peers are asked whether they live, and those that do are left alone', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    let pings = 0;
    client.on('ping', () => pings++);
    for (let beat = 1; beat <= 5; beat++) {
      stage.time.pass(30_000);
      await until(() => pings === beat, 'a ping');
      // The answer is on its way when the client has spoken after it.
      client.send(`{"n":${beat}}`);
      await until(() => stage.said.length === beat, 'its word');
    }
    expect(client.readyState).toBe(client.OPEN);
  });

  test('one that has not answered is ended', async () => {
    await using stage = await SocketStage.start();
    const silent = await stage.connect({ autoPong: false });
    const answering = await stage.connect();
    const ended = closed(silent);
    let pings = 0;
    answering.on('ping', () => pings++);
    stage.time.pass(30_000);
    await until(() => pings === 1, 'a ping');
    answering.send('{"n":1}');
    await until(() => stage.said.length === 1, 'its word');
    expect(stage.ended).toEqual([]);
    stage.time.pass(30_000);
    expect(await ended).toBe(1006);
    await until(() => stage.ended.length === 1, 'its end is told');
    expect(stage.ended).toEqual(['c-1']);
    expect(await stage.sockets.send('c-2', { n: 1 })).toEqual({ kind: 'sent' });
  });

  test('one that takes what it was slow to take is left alone, whether it answers or not', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect({ autoPong: false });
    const answers = heard(client);
    client.pause();
    const fill = 'x'.repeat(30_000);
    for (let n = 0; n < 400; n++) await stage.sockets.send('c-1', { n, fill }, { key: 'news' });
    stage.time.pass(30_000);
    client.resume();
    await until(() => answers.at(-1)?.startsWith('{"n":399,') === true, 'the newest');
    stage.time.pass(30_000);
    expect(await stage.sockets.send('c-1', { n: 400 })).toEqual({ kind: 'sent' });
    await until(() => answers.at(-1) === '{"n":400}', 'one more');
    const ended = closed(client);
    stage.time.pass(30_000);
    expect(await ended).toBe(1006);
  });

  test('nothing happens where nobody is connected', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    expect(stage.time.pending).toBe(1);
    client.close();
    await until(() => stage.ended.length === 1, 'its end is told');
    expect(stage.time.pending).toBe(0);
    await stage.connect();
    expect(stage.time.pending).toBe(1);
  });
});

describe('messages of one client', () => {
  test('are handled one after the other, and the end is told after them', async () => {
    let busy = 0;
    const most: number[] = [];
    const endedAt: number[] = [];
    await using stage = await SocketStage.start({
      handlers: {
        async message() {
          most.push(++busy);
          await new Promise((resolve) => setImmediate(resolve));
          busy--;
          endedAt.push(stage.ended.length);
        },
      },
    });
    const client = await stage.connect();
    for (let n = 0; n < 40; n++) client.send(`{"n":${n}}`);
    client.close();
    await until(() => stage.ended.length === 1, 'its end is told');
    expect(stage.said).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(Math.max(...most)).toBe(1);
    expect(Math.max(...endedAt)).toBe(0);
  });

  test('are read no faster than they are handled', async () => {
    const gate = Promise.withResolvers<void>();
    await using stage = await SocketStage.start({ handlers: { message: () => gate.promise } });
    const client = await stage.connect();
    const fill = 'x'.repeat(60_000);
    const count = 400;
    for (let n = 0; n < count; n++) client.send(JSON.stringify({ n, fill }));
    // Once what the network holds is full, nothing leaves the client any more.
    let before = Infinity;
    let stands = 0;
    await until(() => {
      const now = client.bufferedAmount;
      stands = now === before && now > 0 ? stands + 1 : 0;
      before = now;
      return stands === 200;
    }, 'the client is held back');
    gate.resolve();
    await until(() => stage.said.length === count, 'all is handled');
    expect(stage.said).toEqual(Array.from({ length: count }, (_, n) => n));
  });

  test('that are not handled in 30 s are answered with a problem, and the next one has its turn', async () => {
    const never = new Promise<never>(() => {});
    await using stage = await SocketStage.start({
      handlers: { message: async ({ message }) => (message.n === 1 ? never : undefined) },
    });
    const client = await stage.connect();
    const answers = heard(client);
    client.send('{"n":1}');
    client.send('{"n":2}');
    client.send('{"n":"three"}');
    // The heartbeat and the deadline.
    await until(() => stage.time.pending === 2, 'the function is asked');
    stage.time.pass(30_000);
    await until(() => answers.length === 2, 'two answers');
    expect(answers.map((answer) => (JSON.parse(answer) as { problem: string }).problem)).toEqual([
      'unavailable',
      'invalid',
    ]);
    expect(stage.said).toEqual([2]);
  });
});

describe('a server that closes', () => {
  test('says goodbye to open sockets, refuses those that are about to open, and ends', async () => {
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    await using stage = await SocketStage.start({
      handlers: {
        async connect() {
          if (++asked > 2) await answer.promise;
          return welcome(['all']);
        },
      },
    });
    const ends = [closed(await stage.connect()), closed(await stage.connect())];
    const refused = stage.raw(handshake());
    await until(() => asked === 3, 'a third one asks');
    const closing = stage.server.close(10_000);
    expect(await Promise.all(ends)).toEqual([1001, 1001]);
    expect(await refused).toMatch(/^HTTP\/1.1 503 /);
    await closing;
    answer.resolve();
    await until(() => stage.ended.length === 3, 'all ends are told');
    expect([...stage.ended].sort()).toEqual(['c-1', 'c-2', 'c-3']);
  });

  test('leaves nobody behind who was being let in, at whatever step of that it stops', async () => {
    for (let steps = 0; steps < 25; steps++) {
      const stopped = Promise.withResolvers<void>();
      await using stage = await SocketStage.start({
        handlers: {
          async connect() {
            let left = steps;
            const step = (): void => (left-- > 0 ? queueMicrotask(step) : stopped.resolve(stage.stop()));
            step();
            return welcome(['all']);
          },
        },
      });
      const client = stage.client();
      await new Promise((resolve) => client.once('close', resolve));
      await stopped.promise;
      expect(stage.ended).toEqual(['c-1']);
    }
  });

  test('cuts off those that do not say goodbye within 5 s', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    client.pause();
    const closing = stage.server.close(10_000);
    await until(() => stage.time.pending === 1, 'the goodbye is said');
    stage.time.pass(4_999);
    expect(stage.ended).toEqual([]);
    stage.time.pass(1);
    await closing;
    await until(() => stage.ended.length === 1, 'its end is told');
  });
});

describe('a slow client', () => {
  const fill = 'x'.repeat(30_000);

  test('gets what waits for it when its function ends it', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    const got = heard(client);
    client.pause();
    for (let n = 0; n < 400; n++) await stage.sockets.send('c-1', { n, fill }, { key: 'news' });
    await stage.sockets.close('c-1');
    const ended = closed(client);
    client.resume();
    expect(await ended).toBe(1000);
    expect(got.at(-1)).toMatch(/^{"n":399,/);
  });

  test('does not get it when it is ended for being slow', async () => {
    await using stage = await SocketStage.start();
    const client = await stage.connect();
    const got = heard(client);
    client.pause();
    let n = 0;
    while ((await stage.sockets.send('c-1', { n, fill })).kind === 'sent') n++;
    expect(stage.logged).toEqual([{ message: 'a client was too slow', fields: { port: 'live', connection: 'c-1' } }]);
    const ended = closed(client);
    client.resume();
    expect(await ended).toBe(1013);
    // Three messages were waiting: 128 KiB, but for one in the socket and the one that was too many.
    expect(got.length).toBe(n - 3);
  });
});

test('a fault of the declaration is logged and spoils nothing', async () => {
  await using stage = await SocketStage.start();
  const broken = { ...stage.sessions, message: () => Promise.reject(new Error('asynchronous schemas')) };
  await stage.stop();
  await stage.sockets.serve(broken, { path: '/live' });
  const client = await stage.connect();
  const answers = heard(client);
  client.send('{"n":1}');
  await until(() => answers.length === 1, 'an answer');
  expect(JSON.parse(answers[0]!)).toMatchObject({ type: 'problem', problem: 'unavailable' });
  expect(stage.logged).toEqual([{ message: 'a socket failed', fields: { reason: 'Error: asynchronous schemas' } }]);
});

test('a publication is one buffer for all, whatever they do with it', async () => {
  await using stage = await SocketStage.start();
  const clients = [await stage.connect(), await stage.connect()];
  const got = clients.map(heard);
  await stage.sockets.publish('all', { n: 1 });
  await stage.sockets.publish('all', { n: 2 });
  await until(() => got.every((all) => all.length === 2), 'both messages');
  expect(got).toEqual([
    ['{"n":1}', '{"n":2}'],
    ['{"n":1}', '{"n":2}'],
  ]);
});

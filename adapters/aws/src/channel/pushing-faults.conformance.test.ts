import { checkBindings, CompositionError } from '@portolan/composition';
import {
  bindFunction,
  channel,
  hours,
  kibibytes,
  minutes,
  seconds,
  service,
  socket,
  welcome,
  type Channel,
  type ChannelPort,
} from '@portolan/kernel';
import * as z from 'zod';
import { engineEnvironment } from '../testing/aws-engine.ts';
import { dynalite } from '../testing/dynalite.ts';
import { channelHarness, type Between } from '../testing/gateway/channel-harness.ts';
import type { GatewayClient } from '../testing/gateway/gateway-client.ts';
import { gatewayDouble } from '../testing/gateway/gateway-double.ts';
import { apiGatewayChannel } from './api-gateway-channel.ts';
import { isSocketEvent } from './socket-event.ts';

const News = z.object({ n: z.number(), body: z.string().optional() });
type News = z.infer<typeof News>;
const live = channel('live', { message: News, incoming: News });
const lenient = channel('lenient', { message: News, whenSlow: 'drop' });

const tables = await dynalite();
const gateway = await gatewayDouble(() => tables.now());
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});
afterEach(() => {
  gateway.fault = () => undefined;
  gateway.perSecond = Infinity;
});

const typeOf = (event: unknown): string => (isSocketEvent(event) ? event.requestContext.eventType : 'none');
const posts = (): readonly string[] => gateway.asked.filter((asked) => asked.startsWith('POST'));
const numbers = ({ received }: GatewayClient): readonly number[] =>
  received.map((text) => (JSON.parse(text) as News).n);

/** A channel whose function lets everybody in, with groups from the query; a test may come between it and the gateway. */
async function open(port: ChannelPort = live, between?: Between, maxAttempts?: number) {
  const harness = await channelHarness(tables, gateway, between, maxAttempts);
  const contract = (await harness.open(port)) as Channel<News>;
  const connections: string[] = [];
  const query = z.object({ groups: z.string() });
  const fn = socket(port, { path: '/live', query }, {}, {
    async connect(opening) {
      connections.push(opening.connection);
      return welcome(opening.query.groups.split(' '));
    },
  }); // prettier-ignore
  await harness.serve(port, bindFunction(fn, {}, engineEnvironment(tables)).sessions);
  gateway.asked.length = 0;
  gateway.most = 0;
  return {
    harness,
    contract,
    connections,
    dial: (groups = 'a') => harness.dial(port, { query: { groups } }),
    async connect(groups?: string) {
      const dialled = await this.dial(groups);
      if (dialled.kind === 'refused') throw new Error(`refused with ${dialled.status}`);
      return { client: dialled.client as GatewayClient, connection: connections.at(-1)! };
    },
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

test('forgets no connection that a push came too early for: it is about to open', async () => {
  let publish = async (): Promise<unknown> => undefined;
  await using here = await open(live, async (event, next) => {
    const answer = await next();
    // The gateway has not heard the answer: for it there is no such connection yet.
    if (typeOf(event) === 'CONNECT') await publish();
    return answer;
  });
  publish = async () => {
    await here.contract.publish('a', { n: 1 });
    expect(await here.contract.send(here.connections[0]!, { n: 2 })).toEqual({ kind: 'gone' });
  };
  const { client } = await here.connect();
  await here.contract.publish('a', { n: 3 });
  expect(numbers(client)).toEqual([3]);
});

test('forgets a connection whose end nobody was told of, with all of its groups, at the next push', async () => {
  await using here = await open(live, (event, next) =>
    typeOf(event) === 'DISCONNECT' ? Promise.reject(new Error('best effort')) : next(),
  );
  const { client, connection } = await here.connect('a b');
  await client.close();
  await here.harness.pass(seconds(31));
  expect(await here.contract.join(connection, 'c')).toEqual({ kind: 'sent' });
  gateway.asked.length = 0;
  await here.contract.publish('a', { n: 1 });
  expect(posts()).toHaveLength(1);
  for (const group of ['a', 'b', 'c']) await here.contract.publish(group, { n: 2 });
  expect(posts()).toHaveLength(1);
  expect(await here.contract.join(connection, 'a')).toEqual({ kind: 'gone' });
});

test('has nothing left after a while of a client that was let in and never heard of it', async () => {
  await using here = await open(live, async (event, next) => {
    await next();
    throw new Error(`the answer to ${typeOf(event)} is lost`);
  });
  expect(await here.dial()).toMatchObject({ kind: 'refused' });
  const [connection] = here.connections as [string];
  expect(await here.contract.join(connection, 'b')).toEqual({ kind: 'sent' });
  await here.harness.pass(hours(2) + minutes(15));
  gateway.asked.length = 0;
  for (const group of ['a', 'b']) await here.contract.publish(group, { n: 1 });
  expect(await here.contract.join(connection, 'c')).toEqual({ kind: 'gone' });
  expect(gateway.asked).toEqual([]);
});

test('lives with a gateway that ends connections when they are idle, and when they are two hours old', async () => {
  await using here = await open();
  const [idle, busy] = [await here.connect('a'), await here.connect('b')];
  for (let passedMs = 0; passedMs < hours(2); passedMs += minutes(9)) {
    expect(busy.client.ended).toBeUndefined();
    await here.contract.publish('b', { n: passedMs });
    await here.harness.pass(minutes(9));
  }
  expect([idle.client.ended, busy.client.ended]).toEqual([1001, 1001]);
  expect(await here.contract.send(busy.connection, { n: 1 })).toEqual({ kind: 'gone' });
  expect(await here.contract.join(busy.connection, 'b')).toEqual({ kind: 'gone' });
});

test('ends a client that takes nothing for ten seconds in which others are served', async () => {
  await using here = await open(live, undefined, 1);
  const { client, connection } = await here.connect();
  const quick = await here.connect();
  client.pauseReading();
  const body = 'x'.repeat(30_000);
  for (let n = 0; n < 4; n++) await here.contract.publish('a', { n, body });
  for (let n = 4; n < 7; n++) {
    // What one misses is told: nobody may take it for delivered.
    await expect(here.contract.publish('a', { n, body })).rejects.toMatchObject({ code: 'throttled' });
    expect(client.ended).toBeUndefined();
  }
  await here.harness.pass(seconds(10));
  await here.contract.publish('a', { n: 7, body });
  expect(client.ended).toBeDefined();
  expect(numbers(quick.client)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(posts().filter((asked) => asked.endsWith(connection))).toHaveLength(4 + 4);
  expect(await here.contract.send(connection, { n: 8 })).toEqual({ kind: 'gone' });
});

test('spares a client that takes something now and then', async () => {
  await using here = await open(live, undefined, 1);
  const { client } = await here.connect();
  await here.connect();
  const body = 'x'.repeat(30_000);
  for (let round = 0; round < 2; round++) {
    client.pauseReading();
    for (let n = 0; n < 4; n++) await here.contract.publish('a', { n, body });
    for (let n = 4; n < 6; n++) {
      await expect(here.contract.publish('a', { n, body })).rejects.toMatchObject({ code: 'throttled' });
      await here.harness.pass(seconds(6));
    }
    client.resumeReading();
    await here.contract.publish('a', { n: 6 });
  }
  expect(client.ended).toBeUndefined();
});

test('drops what a client does not read where the port says so, and goes on when it reads again', async () => {
  await using here = await open(lenient, undefined, 1);
  const { client, connection } = await here.connect();
  const quick = await here.connect();
  client.pauseReading();
  const body = 'x'.repeat(30_000);
  for (let n = 0; n < 5; n++) await here.contract.publish('a', { n, body });
  // Of one alone nobody knows why it is refused.
  await expect(here.contract.send(connection, { n: 5, body })).rejects.toMatchObject({ code: 'throttled' });
  client.resumeReading();
  await here.contract.publish('a', { n: 6 });
  expect([numbers(client), numbers(quick.client)]).toEqual([
    [0, 1, 2, 3, 6],
    [0, 1, 2, 3, 4, 6],
  ]);
});

test.each([
  ['ends them', live],
  ['drops messages', lenient],
])('takes no client for slow where the account asks too often, of a channel that %s, and says so', async (_, port) => {
  await using here = await open(port, undefined, 1);
  const clients = await Promise.all(Array.from({ length: 12 }, () => here.connect()));
  gateway.perSecond = 2;
  for (let n = 0; n < 3; n++) {
    const publish = here.contract.publish('a', { n });
    await expect(publish).rejects.toMatchObject({ name: 'PortError', code: 'throttled', retryable: true });
    await here.harness.pass(seconds(11));
  }
  gateway.perSecond = 0;
  const send = here.contract.send(clients[0]!.connection, { n: 3 });
  await expect(send).rejects.toMatchObject({ name: 'PortError', code: 'throttled' });
  gateway.perSecond = Infinity;
  await here.contract.publish('a', { n: 4 });
  for (const { client } of clients) {
    expect(client.ended).toBeUndefined();
    expect(numbers(client).at(-1)).toBe(4);
  }
});

test('sends again what was surely not sent, and nothing that may have been', async () => {
  await using here = await open();
  const { client, connection } = await here.connect();
  let count = 0;
  gateway.fault = () => (++count === 1 ? { status: 429, type: 'LimitExceededException' } : undefined);
  expect(await here.contract.send(connection, { n: 1 })).toEqual({ kind: 'sent' });
  expect(posts()).toHaveLength(2);
  gateway.asked.length = 0;
  gateway.perSecond = 0;
  await expect(here.contract.send(connection, { n: 2 })).rejects.toMatchObject({ code: 'throttled' });
  expect(posts()).toHaveLength(3);
  gateway.perSecond = Infinity;
  for (const fault of ['broken', { status: 500, type: 'InternalServerError' }] as const) {
    gateway.asked.length = 0;
    gateway.fault = () => fault;
    const send = here.contract.send(connection, { n: 2 });
    await expect(send).rejects.toMatchObject({ name: 'PortError', retryable: true });
    expect(posts()).toHaveLength(1);
  }
  expect(numbers(client)).toEqual([1]);
});

test('publishes to all others where one cannot be reached, and tells why', async () => {
  await using here = await open();
  const clients = [await here.connect(), await here.connect(), await here.connect()];
  gateway.fault = (_, connection) =>
    connection === clients[1]!.connection ? { status: 403, type: 'ForbiddenException' } : undefined;
  const publish = here.contract.publish('a', { n: 1 });
  await expect(publish).rejects.toMatchObject({ name: 'PortError', code: 'unauthorized' });
  expect(clients.map(({ client }) => numbers(client))).toEqual([[1], [], [1]]);
});

test('pushes to fifty connections of a group at a time', async () => {
  await using here = await open();
  const clients = await Promise.all(Array.from({ length: 130 }, () => here.connect()));
  let release: (() => void) | undefined;
  const full = new Promise<void>((resolve) => (release = resolve));
  let waiting = 0;
  gateway.fault = async () => {
    if (++waiting === 50) release!();
    // The first fifty wait for one another: fewer at a time would never get so far.
    if (waiting <= 50) await full;
    return undefined;
  };
  await here.contract.publish('a', { n: 1 });
  expect(gateway.most).toBe(50);
  for (const { client } of clients) expect(numbers(client)).toEqual([1]);
});

test('takes the largest message that one frame carries, either way', async () => {
  const max = apiGatewayChannel().limits['maxMessageBytes']!.max;
  const most = channel('most', { message: News, incoming: News, maxMessageBytes: max });
  await using here = await open(most);
  const { client, connection } = await here.connect();
  const body = 'x'.repeat(max - JSON.stringify({ n: 1, body: '' }).length);
  expect(await here.contract.send(connection, { n: 1, body })).toEqual({ kind: 'sent' });
  await expect(here.contract.send(connection, { n: 1, body: `${body}x` })).rejects.toMatchObject({ code: 'too-large' });
  expect(Buffer.byteLength(client.received[0]!)).toBe(max);
  await client.send(JSON.stringify({ n: 2, body }));
  await here.harness.settle();
  expect(client.ended).toBeUndefined();
  await client.send(JSON.stringify({ n: 3, body: `${body}x` }));
  expect(client.ended).toBe(1009);

  const more = channel('more', { message: News, maxMessageBytes: max + 1 });
  const bind = () => checkBindings(service('s', { more }, {}), { more: apiGatewayChannel() }, 'aws');
  expect(bind).toThrow(CompositionError);
  expect(max).toBe(kibibytes(32));
});

test('says what to do where a function pushes that was told no endpoint', async () => {
  const environment = engineEnvironment(tables);
  const clients = { of: () => undefined };
  const opened = await apiGatewayChannel().open(
    { service: 's', port: live, environment, parts: { connections: undefined } },
    clients as never,
  );
  await expect(opened.send('a', { n: 1 })).rejects.toThrow(
    'channel "live": it is not known where its connections are; set PORTOLAN_CHANNEL_LIVE, or give apiGatewayChannel the endpoint',
  );
});

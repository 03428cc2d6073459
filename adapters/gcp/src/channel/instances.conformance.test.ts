import { startEngine } from '@portolan/conformance/engine';
import {
  channel,
  type ChannelPort,
  hours,
  minutes,
  PortError,
  seconds,
  welcome,
  type Schema,
  type Sessions,
} from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { EngineAlarm } from '@portolan/node/testing';
import { GoogleRest } from '../clients/google-rest.ts';
import { channelHarness } from '../testing/channel/channel-harness.ts';
import { restOf } from '../testing/table-harness.ts';
import { maxRunMessageBytes } from './cloud-run-channel.ts';
import { packFan } from './fan-message.ts';
import { FanOut } from './fan-out.ts';
import { RunChannel } from './run-channel.ts';
import { Publisher } from '../queue/publisher.ts';

interface News {
  readonly n: number;
  readonly text?: string;
}
const anything: Schema<News> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as News }) },
};
const live = channel('live', { message: anything });
const large = channel('live', { message: anything, maxMessageBytes: maxRunMessageBytes, maxBufferedBytes: 4_000_000 });

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());
const rest = restOf(engine.port, 'v1');

/** Looks at a condition until it holds, for 10 s at most. */
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) throw new Error(`never: ${what}`);
}

/** Two instances that are served, whose time goes on when a test says so and whose alarms ring when it says so. */
async function bench(port: ChannelPort = live) {
  let aheadMs = 0;
  const alarm = new EngineAlarm(() => Date.now() + aheadMs);
  const environment = nodeEnvironment(alarm);
  const harness = await channelHarness(
    {
      pubsub: rest,
      firestore: rest,
      environment,
      alarm,
      now: () => alarm.clock.now(),
      pass: async (durationMs) => void (aheadMs += durationMs),
      settle: async () => void alarm.ring(),
    },
    2,
  );
  await harness.open(port);
  const connections: string[] = [];
  const ended: string[] = [];
  const sessions: Sessions = {
    async connect({ connection, query }) {
      connections.push(connection);
      return welcome(query['group'] === undefined ? [] : [query['group']]);
    },
    message: async () => undefined,
    disconnect: async ({ connection }) => void ended.push(connection),
  };
  const serving = await harness.serve(port, sessions);
  const [first, second] = [harness.at(0, port), harness.at(1, port)];
  return {
    harness,
    environment,
    serving,
    first,
    second,
    ended,
    alarm,
    presence: harness.presenceOf(port),
    pass: (durationMs: number) => void (aheadMs += durationMs),
    /** A client; the first is connected to the second instance, the next to the first. */
    async connect(group?: string) {
      const dialled = await harness.dial(port, { query: group === undefined ? {} : { group } });
      if (dialled.kind !== 'open') throw new Error(`refused with ${dialled.status}`);
      const connection = connections.at(-1)!;
      return { client: dialled.client, connection };
    },
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

const numbers = ({ received }: { readonly received: readonly string[] }) =>
  received.map((text) => (JSON.parse(text) as News).n);

test('reaches clients of each instance from each, once', async () => {
  await using under = await bench();
  const there = await under.connect('all');
  const here = await under.connect('all');
  await under.first.publish('all', { n: 1 });
  await until(() => there.client.received.length === 1, 'it comes to the other instance');
  await under.second.publish('all', { n: 2 });
  await until(() => here.client.received.length === 2, 'it comes from the other instance');
  expect(await under.first.send(there.connection, { n: 3 })).toEqual({ kind: 'sent' });
  expect(await under.second.send(here.connection, { n: 4 })).toEqual({ kind: 'sent' });
  await until(() => there.client.received.length === 3 && here.client.received.length === 3, 'both have theirs');
  expect([numbers(there.client), numbers(here.client)]).toEqual([
    [1, 2, 3],
    [1, 2, 4],
  ]);
});

test('writes a message once for clients of all instances', async () => {
  await using under = await bench();
  const [there, here] = [await under.connect('all'), await under.connect('all')];
  let written = 0;
  const message = { toJSON: () => ({ n: ++written }) };
  await under.first.publish('all', message);
  expect(await under.first.send(there.connection, message)).toEqual({ kind: 'sent' });
  await until(() => here.client.received.length === 1 && there.client.received.length === 2, 'all have come');
  expect([numbers(here.client), numbers(there.client)]).toEqual([[1], [1, 2]]);
});

test('takes connections of an instance that has said nothing for a minute for gone, and forgets them', async () => {
  await using under = await bench();
  await under.presence.renew('fallen');
  await under.presence.enter('fallen.one', ['all']);
  expect(await under.first.send('fallen.one', { n: 1 })).toEqual({ kind: 'sent' });
  expect(await under.presence.groupsOf('fallen.one')).toEqual(['all']);
  under.pass(seconds(60));
  expect(await under.first.join('fallen.one', 'a')).toEqual({ kind: 'gone' });
  expect(await under.first.send('fallen.one', { n: 2 })).toEqual({ kind: 'gone' });
  expect(await under.presence.missing(['fallen.one'])).toEqual(['fallen.one']);
});

test('says three times a minute that it lives', async () => {
  await using under = await bench();
  const there = await under.connect();
  for (let third = 0; third < 9; third++) {
    under.pass(seconds(20));
    under.alarm.ring();
    expect(await under.first.send(there.connection, { n: third })).toEqual({ kind: 'sent' });
    // The next alarm is set only once this one has been dealt with.
    await until(() => under.alarm.next > under.alarm.clock.now() + 1_000, 'it has said so');
  }
  await until(() => there.client.received.length === 9, 'all have come');
});

test('lives at once for others when a client wakes it that slept without any', async () => {
  await using under = await bench();
  under.pass(seconds(3_600));
  const there = await under.connect();
  expect(await under.first.send(there.connection, { n: 1 })).toEqual({ kind: 'sent' });
  under.alarm.ring();
  await until(() => under.alarm.next > under.alarm.clock.now() + 1_000, 'it has said that it lives');
  expect(await under.first.send(there.connection, { n: 2 })).toEqual({ kind: 'sent' });
  expect(under.ended).toEqual([]);
});

test('ends a connection after a day, as its row would', async () => {
  await using under = await bench();
  const there = await under.connect();
  for (const after of [hours(23), hours(1)]) {
    under.pass(after);
    under.alarm.ring();
    await until(() => under.alarm.next > under.alarm.clock.now() + 1_000, 'it has looked');
  }
  await until(() => under.ended.includes(there.connection), 'its end is told');
  expect(await under.first.send(there.connection, { n: 1 })).toEqual({ kind: 'gone' });
});

test('ends what others have taken for gone while it said nothing, and nothing else', async () => {
  await using under = await bench();
  const [told, untold] = [await under.connect(), (await under.connect(), await under.connect())];
  under.pass(seconds(61));
  expect(await under.first.send(told.connection, { n: 1 })).toEqual({ kind: 'gone' });
  under.alarm.ring();
  await until(() => told.client.ended !== undefined, 'it is ended');
  await until(() => under.ended.includes(told.connection), 'its end is told');
  expect(await under.first.send(untold.connection, { n: 2 })).toEqual({ kind: 'sent' });
  await until(() => untold.client.received.length === 1, 'the other goes on');
  expect(under.ended).toEqual([told.connection]);
});

test('brings a message that fills the limit to another instance', async () => {
  await using under = await bench(large);
  const there = await under.connect('all');
  const text = 'é'.repeat((maxRunMessageBytes - JSON.stringify({ n: 1, text: '' }).length) / 2);
  await under.first.publish('all', { n: 1, text });
  await until(() => there.client.received.length === 1, 'it has come');
  expect(there.client.received[0]).toBe(JSON.stringify({ n: 1, text }));
  await expect(under.first.publish('all', { n: 1, text: `${text}é` })).rejects.toMatchObject({ code: 'too-large' });
});

test('does what it was told once, however often it is told', async () => {
  await using under = await bench();
  const there = await under.connect('all');
  const told = (number: number, n: number) =>
    packFan({
      from: 'other',
      number,
      to: undefined,
      command: { kind: 'publish', group: 'all', text: JSON.stringify({ n }) },
    });
  const publish = (...messages: readonly object[]) =>
    rest.call({ method: 'POST', path: `${under.harness.topicOf(live)}:publish`, body: { messages }, repeatable: true });
  await publish(told(1, 1), told(2, 2), told(1, 1));
  await publish(told(2, 2), { data: 'bm90aGluZw==', attributes: { from: 'other' } }, told(3, 3));
  await until(() => numbers(there.client).includes(3), 'the last has come');
  expect(numbers(there.client)).toEqual([1, 2, 3]);
});

test('lets nobody hear what was said before the first of them came', async () => {
  await using under = await bench();
  const publisher = new Publisher(rest, 'portolan-test');
  const topic = under.harness.topicOf(live).split('/').at(-1)!;
  const early = new FanOut(publisher, topic, 'early');
  // As long as nobody is connected an instance may have no processor to pull with; what it then finds is old.
  const before = await under.connect('all');
  await before.client.close();
  await until(() => under.ended.length === 1, 'its end is told');
  await early.tell(undefined, { kind: 'publish', group: 'all', text: '{"n":1}' });
  under.pass(minutes(5));
  const late = await under.connect('all');
  await under.first.publish('all', { n: 2 });
  await until(() => late.client.received.length > 0, 'the new one has come');
  expect(numbers(late.client)).toEqual([2]);
});

test('makes its subscription anew where somebody has deleted it', async () => {
  await using under = await bench();
  const there = await under.connect('all');
  const topic = under.harness.topicOf(live);
  const listed = await rest.call<{ readonly subscriptions: readonly string[] }>({
    method: 'GET',
    path: `${topic}/subscriptions`,
    repeatable: true,
  });
  expect(listed.subscriptions).toHaveLength(2);
  for (const path of listed.subscriptions) await rest.call({ method: 'DELETE', path, repeatable: true });
  let n = 0;
  await until(async () => {
    await under.first.publish('all', { n: ++n });
    return there.client.received.length > 0;
  }, 'messages come again');
});

test('leaves nothing behind when it stops', async () => {
  await using under = await bench();
  const there = await under.connect('all');
  const path = `${under.harness.topicOf(live)}/subscriptions`;
  const listed = () =>
    rest.call<{ readonly subscriptions?: readonly string[] }>({ method: 'GET', path, repeatable: true });
  const subscription = (await listed()).subscriptions![0]!;
  const config = await rest.call({ method: 'GET', path: subscription, repeatable: true });
  expect(config).toMatchObject({
    enableMessageOrdering: true,
    messageRetentionDuration: '600s',
    expirationPolicy: { ttl: '86400s' },
  });
  await under.serving.stop();
  expect((await listed()).subscriptions ?? []).toEqual([]);
  expect(under.ended).toEqual([there.connection]);
  expect(await under.presence.missing([there.connection])).toEqual([there.connection]);
  const [instance] = there.connection.split('.');
  expect(await under.presence.missing([instance!])).toEqual([instance]);
  expect(await under.first.send(there.connection, { n: 1 })).toEqual({ kind: 'gone' });
});

describe('a process in which no sockets end', () => {
  /** @param pubsub - Where it tells the others. */
  function pusher({ harness, presence, environment }: Awaited<ReturnType<typeof bench>>, pubsub = rest): RunChannel {
    const publisher = new Publisher(pubsub, 'portolan-test');
    return new RunChannel(live, {
      self: 'pusher',
      environment,
      fan: new FanOut(publisher, harness.topicOf(live).split('/').at(-1)!, 'pusher'),
      presence,
      subscription: () => {
        throw new Error('whoever only pushes has no subscription');
      },
      findSockets: async () => {
        throw new PortError('unsupported', 'no sockets end here');
      },
      wait: async () => undefined,
    });
  }

  test('pushes to all, joins, leaves and ends connections, and knows who is gone', async () => {
    await using under = await bench();
    const [there, here] = [await under.connect(), await under.connect('all')];
    const push = pusher(under);
    await push.publish('all', { n: 1 });
    expect(await push.send(there.connection, { n: 2 })).toEqual({ kind: 'sent' });
    expect(await push.join(there.connection, 'all')).toEqual({ kind: 'sent' });
    expect(await push.join(there.connection, 'all')).toEqual({ kind: 'sent' });
    await under.second.publish('all', { n: 3 });
    await push.leave(there.connection, 'all');
    await under.second.publish('all', { n: 4 });
    await until(() => numbers(here.client).includes(4) && numbers(there.client).includes(3), 'all have come');
    expect([numbers(there.client), numbers(here.client)]).toEqual([
      [2, 3],
      [1, 3, 4],
    ]);
    await push.close(there.connection);
    expect(await push.send(there.connection, { n: 5 })).toEqual({ kind: 'gone' });
    await until(() => there.client.ended !== undefined, 'it has ended');
    expect(await push.send('pusher.none', { n: 6 })).toEqual({ kind: 'gone' });
    expect(await push.send('no name of ours', { n: 6 })).toEqual({ kind: 'gone' });
  });

  test('tells what goes wrong in the words of the ports', async () => {
    await using under = await bench();
    const nowhere = new GoogleRest('http://127.0.0.1:1/v1/', async () => ({}), { wait: async () => undefined });
    await expect(pusher(under, nowhere).publish('all', { n: 1 })).rejects.toMatchObject({ code: 'unavailable' });
    await under.presence.renew('silent');
    await under.presence.enter('silent.one', []);
    await expect(pusher(under).join('silent.one', 'all')).rejects.toMatchObject({ code: 'timeout' });
  });
});

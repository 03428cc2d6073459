import assert from 'node:assert/strict';
import { minutes, seconds } from '@portolan/kernel';
import type { Dialled } from '../channel/channel-harness.ts';
import { refusalStatuses } from '../channel/opening.ts';
import { refusalKinds } from '../channel/stage.ts';
import { within } from '../suite/expect.ts';
import { allowedOrigin } from './host-harness.ts';
import { say, socketCase, type Connected, type SocketStage } from './socket-stage.ts';
import { desk, live } from './socket-subject.ts';

/** Waits for the answer to what a client sent, which must be a problem, and gives it. */
async function problemTo({ harness }: SocketStage, { client }: Connected, text: string) {
  const before = client.received.length;
  await client.send(text);
  await within(harness, seconds(20), () => assert.equal(client.received.length, before + 1, 'no answer'), 200);
  return JSON.parse(client.received.at(-1)!) as Readonly<Record<'type' | 'problem' | 'detail', string>>;
}

/** Checks that a client was turned away by no fault of its own. */
function assertFault(answer: Dialled): void {
  assert.ok(answer.kind === 'refused' && answer.status >= 500, JSON.stringify(answer));
}

const opening = [
  socketCase('lets a client in, and gives its function the query, the headers and a deadline', async (stage) => {
    const name = 'Grüße, 中文, \u{1f600}, 100% & a+b=c?';
    const { kind } = await stage.dial({ name }, { 'X-Tenant': 'Acme, Inc' });
    assert.equal(kind, 'open');
    const { connection, tenant, leftMs } = await stage.seen(`opening ${name}`);
    assert.ok(connection.length >= 1 && connection.length <= 128, `a name of ${connection.length} characters`);
    assert.equal(tenant, 'Acme, Inc');
    assert.ok(leftMs! > 0 && leftMs! <= minutes(5), `${leftMs} ms left`);
  }),
  socketCase('goes on with the trace and the correlation id of the request that opens a socket', async (stage) => {
    const traceId = 'a'.repeat(32);
    const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01`, 'x-correlation-id': 'order-4711' };
    for (const [name, given] of Object.entries({ both: headers, trace: { traceparent: headers.traceparent } }))
      assert.equal((await stage.dial({ name }, given)).kind, 'open');
    const [both, trace] = [await stage.seen('opening both'), await stage.seen('opening trace')];
    assert.match(both.traceparent, new RegExp(`^00-${traceId}-(?!b{16})[0-9a-f]{16}-01$`));
    assert.deepEqual([both.correlationId, trace.correlationId], ['order-4711', traceId]);
    assert.equal((await stage.dial({ name: 'malformed' }, { traceparent: traceId })).kind, 'open');
    assert.ok(!(await stage.seen('opening malformed')).traceparent.includes(traceId), 'a malformed trace was taken on');
  }),
  socketCase('answers a client that is refused with the status of the problem', async (stage) => {
    for (const kind of refusalKinds.filter((one) => one !== 'unavailable')) {
      const answer = await stage.dial({ name: kind, group: 'all', how: kind });
      assert.deepEqual(answer, { kind: 'refused', status: refusalStatuses[kind] }, kind);
    }
    const { client } = await stage.connect('all');
    await stage.publish('all', 'hello');
    await stage.hears(client, ['hello']);
    const { connection } = await stage.seen('opening forbidden');
    assert.equal(await stage.send(connection, 'are you there?'), 'gone');
    assert.equal(await stage.sight(`end ${connection}`), undefined);
  }),
  socketCase('answers a query that breaks its schema with 400 before its function is asked', async (stage) => {
    assert.deepEqual(await stage.dial({ name: 'a', how: 'perhaps' }), { kind: 'refused', status: 400 });
    assert.deepEqual(await stage.dial({}), { kind: 'refused', status: 400 });
    await stage.harness.pass(seconds(1));
    assert.equal(await stage.sight('opening a'), undefined);
  }),
  socketCase('answers a client with 503 that is refused as unavailable, or whose function throws', async (stage) => {
    for (const how of ['unavailable', 'fault'])
      assert.deepEqual(await stage.dial({ name: 'a', how }), { kind: 'refused', status: 503 }, how);
  }),
  socketCase(
    'turns pages of other sites away before its function is asked, and lets in those it is told to',
    async (stage) => {
      for (const origin of [
        'https://evil.example.com',
        `${allowedOrigin}.example.net`,
        'http://console.example.com',
        'null',
      ])
        assert.deepEqual(await stage.dial({ name: 'evil' }, { origin }), { kind: 'refused', status: 403 }, origin);
      assert.equal((await stage.dial({ name: 'page' }, { origin: allowedOrigin })).kind, 'open');
      assert.equal((await stage.dial({ name: 'program' })).kind, 'open');
      await stage.seen('opening program');
      assert.equal(await stage.sight('opening evil'), undefined);
    },
  ),
  socketCase('turns a client away whose function answers too late', async (stage) => {
    let answer: Dialled | undefined;
    const asked = stage.dial({ name: 'a', how: 'late' }).then((given) => (answer = given));
    await within(stage.harness, minutes(1), () => assert.ok(answer !== undefined, 'no answer in a minute'), 35_000);
    assertFault(await asked);
    assert.ok((await stage.seen('late a')).leftMs! <= 0, 'the function was told that its time was up before it was');
    assert.equal((await stage.dial({ name: 'b' })).kind, 'open');
  }),
];

const pushing = [
  socketCase('brings what the HTTP function says to those in the group, and to no other', async (stage) => {
    const members = [await stage.connect('cats'), await stage.connect('cats')];
    const others = [await stage.connect('dogs'), await stage.connect()];
    for (const text of ['one', 'two', 'Grüße, \u{1f600}']) await stage.publish('cats', text);
    for (const { client } of members) await stage.hears(client, ['one', 'two', 'Grüße, \u{1f600}']);
    await stage.harness.pass(seconds(1));
    for (const { client } of others) assert.deepEqual(client.received, []);
  }),
  socketCase('brings what the HTTP function says to one client, and to no other', async (stage) => {
    const [one, other] = [await stage.connect('all'), await stage.connect('all')];
    assert.equal(await stage.send(one.connection, 'you'), 'sent');
    await stage.hears(one.client, ['you']);
    await stage.harness.pass(seconds(1));
    assert.deepEqual(other.client.received, []);
  }),
  socketCase('brings what one function says to the sockets of another, and keeps channels apart', async (stage) => {
    const { client } = await stage.connect('everyone');
    const dialled = await stage.service.dial(desk, {});
    assert.ok(dialled.kind === 'open', JSON.stringify(dialled));
    await dialled.client.send(JSON.stringify({ group: 'everyone', text: 'from the desk' }));
    await stage.hears(client, ['from the desk']);
    await stage.publish('everyone', 'from outside');
    await stage.hears(client, ['from the desk', 'from outside']);
    await stage.harness.pass(seconds(1));
    assert.deepEqual(dialled.client.received, []);
  }),
];

const incoming = [
  socketCase('brings what a client says to the function, which answers and moves it among groups', async (stage) => {
    const [one, other] = [await stage.connect(), await stage.connect()];
    const text = 'é 漢字 \u{1f680} "\\';
    await say(one.client, { text, how: 'answer' });
    await stage.hears(one.client, [text]);
    const { connection, leftMs } = await stage.seen(`message ${text}`);
    assert.equal(connection, one.connection);
    assert.ok(leftMs! > 0 && leftMs! <= minutes(5), `${leftMs} ms left`);
    await say(other.client, { text: 'birds', how: 'join' });
    assert.equal((await stage.seen('message birds')).connection, other.connection);
    await stage.publish('birds', 'tweet');
    await stage.hears(other.client, ['tweet']);
    assert.equal(one.client.received.length, 1);
  }),
  socketCase('answers what cannot be taken with a problem, and goes on', async (stage) => {
    const connected = await stage.connect('all');
    const answers = [
      ['{"text":', 'invalid', /JSON/],
      ['{"text":7}', 'invalid', /message\.text/],
      [JSON.stringify({ text: 'x'.repeat(live.maxMessageBytes) }), 'too-large', /1024/],
    ] as const;
    for (const [text, kind, detail] of answers) {
      const answer = await problemTo(stage, connected, text);
      assert.deepEqual([answer.type, answer.problem], ['problem', kind], text.slice(0, 20));
      assert.match(answer.detail, detail);
    }
    await say(connected.client, { text: 'fine' });
    await stage.seen('message fine');
    assert.deepEqual([connected.client.received.length, connected.client.ended], [answers.length, undefined]);
  }),
];

const ending = [
  socketCase('tells the function of the end of a connection, whoever ended it', async (stage) => {
    const [left, ended, stays] = [await stage.connect('all'), await stage.connect('all'), await stage.connect('all')];
    await left.client.close();
    const target = `/sockets/v1/connections/${encodeURIComponent(ended.connection)}`;
    assert.equal((await stage.service.request({ method: 'DELETE', target })).status, 202);
    for (const { connection } of [left, ended]) {
      assert.equal((await stage.seen(`end ${connection}`)).connection, connection);
      assert.equal(await stage.send(connection, 'are you there?'), 'gone');
    }
    await within(stage.harness, seconds(20), () => assert.notEqual(ended.client.ended, undefined), 200);
    await stage.publish('all', 'hello');
    await stage.hears(stays.client, ['hello']);
    assert.deepEqual([left.client.received, ended.client.received, stays.client.ended], [[], [], undefined]);
  }),
  socketCase('goes on where a function throws, as it lets in, hears and is told of an end', async (stage) => {
    const connected = await stage.connect('all');
    assertFault(await stage.dial({ name: 'b', how: 'fault' }));
    const { type, problem, detail } = await problemTo(stage, connected, '{"text":"a","how":"fail"}');
    assert.deepEqual([type, problem], ['problem', 'unavailable']);
    assert.ok(!detail.includes('told to fail'), 'what a function throws is not for clients');
    const dialled = await stage.service.dial(desk, {});
    assert.ok(dialled.kind === 'open', JSON.stringify(dialled));
    await dialled.client.close();
    await stage.harness.pass(seconds(1));
    const next = await stage.connect('all');
    await say(connected.client, { text: 'still here' });
    await stage.seen('message still here');
    await stage.publish('all', 'hello');
    await stage.hears(next.client, ['hello']);
    assert.equal(connected.client.received.length, 2);
    assert.equal((await stage.service.dial(desk, {})).kind, 'open');
  }),
  socketCase('serves many clients at one time', async (stage) => {
    const groups = ['a', 'b', 'c', 'd'] as const;
    const clients = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const group = groups[index % groups.length]!;
        return { ...(await stage.connect(group)), group, index };
      }),
    );
    assert.equal(new Set(clients.map(({ connection }) => connection)).size, clients.length);
    await Promise.all(clients.map(({ client, index }) => say(client, { text: `number ${index}` })));
    for (const { connection, index } of clients)
      assert.equal((await stage.seen(`message number ${index}`)).connection, connection);
    await Promise.all(groups.map((group) => stage.publish(group, `to ${group}`)));
    for (const { client, group } of clients) await stage.hears(client, [`to ${group}`]);
    await Promise.all(clients.slice(20).map(({ client }) => client.close()));
    for (const { connection } of clients.slice(20)) await stage.seen(`end ${connection}`);
    await Promise.all(groups.map((group) => stage.publish(group, `again to ${group}`)));
    for (const { client, group } of clients.slice(0, 20))
      await stage.hears(client, [`to ${group}`, `again to ${group}`]);
    for (const { client } of clients.slice(20)) assert.equal(client.received.length, 1);
  }),
];

/** What services that hold sockets may count on, whatever host they run on. */
export const socketCases = [...opening, ...pushing, ...incoming, ...ending];

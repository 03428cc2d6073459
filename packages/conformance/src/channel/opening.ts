import assert from 'node:assert/strict';
import { channelCase, ends, got, refusalKinds, type Bench } from './stage.ts';

/** What each refusal is called in the answer to the handshake. */
export const refusalStatuses = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  limited: 429,
  unavailable: 503,
} as const;

async function refused(bench: Bench, query: Parameters<Bench['dial']>[0], status: number): Promise<void> {
  assert.deepEqual(await bench.dial(query), { kind: 'refused', status });
}

/** Who is let in, and who is not. */
export const openingCases = [
  channelCase('lets a client in that its function welcomes, and names the connection', async (bench) => {
    const { client, connection } = await bench.connect();
    assert.ok(connection.length >= 1 && connection.length <= 128, `a name of ${connection.length} characters`);
    assert.equal(bench.openings.length, 1);
    assert.deepEqual([client.received, client.ended], [[], undefined]);
  }),
  channelCase('gives each connection a name of its own', async (bench) => {
    const clients = [await bench.connect(), await bench.connect(), await bench.connect(), await bench.connect()];
    await clients[0]!.client.close();
    await ends(bench, clients[0]!.connection);
    clients.push(await bench.connect());
    assert.equal(new Set(clients.map(({ connection }) => connection)).size, clients.length);
  }),
  channelCase('gives the function the query, decoded, and the headers under lower-case names', async (bench) => {
    const text = 'Grüße, 中文, \u{1f600}, 100% & a+b=c?';
    const dialled = await bench.dial({ text }, { 'X-Tenant': 'Acme, Inc' });
    assert.equal(dialled.kind, 'open');
    const [opening] = bench.openings;
    assert.equal(opening!.query.text, text);
    assert.equal(opening!.headers['x-tenant'], 'Acme, Inc');
  }),
  ...refusalKinds.map((kind) =>
    channelCase(`answers a client with ${refusalStatuses[kind]} that is refused as ${kind}`, (bench) =>
      refused(bench, { refuse: kind }, refusalStatuses[kind]),
    ),
  ),
  channelCase('answers a query that breaks its schema with 400, and does not ask the function', async (bench) => {
    await refused(bench, { refuse: 'perhaps' }, 400);
    assert.deepEqual(bench.openings, []);
  }),
  channelCase('answers with 503 where the function fails', (bench) => refused(bench, { refuse: 'fault' }, 503)),
  channelCase('answers with 503 where the function names a group that cannot be', async (bench) => {
    await refused(bench, { groups: 'fine not/fine' }, 503);
  }),
  channelCase('keeps those out that were refused, and tells nothing of their end', async (bench) => {
    const { client } = await bench.connect(['a']);
    await refused(bench, { refuse: 'forbidden', groups: 'a' }, 403);
    await bench.channel.publish('a', { n: 1 });
    await got(bench.harness, client, [1]);
    assert.deepEqual(bench.ended, []);
    const outside = bench.openings.at(-1)!.connection;
    assert.deepEqual(await bench.channel.send(outside, { n: 2 }), { kind: 'gone' });
  }),
  channelCase('has a client in the groups of its welcome as soon as it is open', async (bench) => {
    const { client } = await bench.connect(['a', 'b']);
    await bench.channel.publish('a', { n: 1 });
    await bench.channel.publish('b', { n: 2 });
    await got(bench.harness, client, [1, 2]);
  }),
  channelCase('takes pushes for a client as soon as it is open', async (bench) => {
    const { client, connection } = await bench.connect();
    assert.deepEqual(await bench.channel.send(connection, { n: 1 }), { kind: 'sent' });
    await got(bench.harness, client, [1]);
  }),
];

import assert from 'node:assert/strict';
import { seconds } from '@portolan/kernel';
import { refuses } from '../suite/expect.ts';
import { channelCase, ends, got, numbersOf } from './stage.ts';

const groupsUpTo = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `group-${n}`);

/** Who is in which group. */
export const groupCases = [
  channelCase('gives a connection the pushes of a group from when it joins', async ({ channel, harness, connect }) => {
    const { client, connection } = await connect();
    await channel.publish('a', { n: 1 });
    assert.deepEqual(await channel.join(connection, 'a'), { kind: 'sent' });
    await channel.publish('a', { n: 2 });
    await got(harness, client, [2]);
  }),
  channelCase('gives it no more of them once it has left', async ({ channel, harness, connect }) => {
    const { client, connection } = await connect(['a', 'b']);
    await channel.publish('a', { n: 1 });
    await channel.leave(connection, 'a');
    await channel.publish('a', { n: 2 });
    await channel.publish('b', { n: 3 });
    await got(harness, client, [1, 3]);
    await channel.join(connection, 'a');
    await channel.publish('a', { n: 4 });
    await got(harness, client, [1, 3, 4]);
  }),
  channelCase('takes joining twice for once, and leaving likewise', async ({ channel, harness, connect }) => {
    const { client, connection } = await connect(['a', 'a']);
    await channel.join(connection, 'a');
    await channel.join(connection, 'a');
    await channel.publish('a', { n: 1 });
    await channel.leave(connection, 'a');
    await channel.leave(connection, 'a');
    await channel.leave(connection, 'never');
    await channel.publish('a', { n: 2 });
    await channel.send(connection, { n: 3 });
    await got(harness, client, [1, 3]);
  }),
  channelCase('joins and leaves for one connection alone', async ({ channel, harness, connect }) => {
    const [one, other] = [await connect(['a']), await connect(['a'])];
    await channel.leave(one.connection, 'a');
    await channel.join(one.connection, 'b');
    await channel.publish('a', { n: 1 });
    await channel.publish('b', { n: 2 });
    await got(harness, other.client, [1]);
    await got(harness, one.client, [2]);
    await harness.pass(seconds(1));
    assert.deepEqual([numbersOf(one.client), numbersOf(other.client)], [[2], [1]]);
  }),
  channelCase('tells groups apart that nearly have one name', async ({ channel, harness, connect }) => {
    const groups = ['BTC-USD', 'btc-usd', 'BTC_USD', 'BTC.USD', 'BTC:USD', 'BTC-USD.', '-', 'x'.repeat(100)];
    const clients = [];
    for (const group of groups) clients.push(await connect([group]));
    for (const [n, group] of groups.entries()) await channel.publish(group, { n });
    for (const [n, { client }] of clients.entries()) await got(harness, client, [n]);
  }),
  channelCase('lets a connection be in fifty groups, and in no more', async ({ channel, harness, connect }) => {
    const { client, connection } = await connect(groupsUpTo(49));
    assert.deepEqual(await channel.join(connection, 'group-49'), { kind: 'sent' });
    await refuses('invalid', () => channel.join(connection, 'one-more'), 'join the 51st');
    assert.deepEqual(await channel.join(connection, 'group-7'), { kind: 'sent' });
    for (const [n, group] of [...groupsUpTo(50), 'one-more'].entries()) await channel.publish(group, { n });
    await got(
      harness,
      client,
      Array.from({ length: 50 }, (_, n) => n),
    );
    await channel.leave(connection, 'group-0');
    assert.deepEqual(await channel.join(connection, 'one-more'), { kind: 'sent' });
  }),
  channelCase('answers a welcome into fifty-one groups with 503', async ({ dial }) => {
    assert.deepEqual(await dial({ groups: groupsUpTo(51).join(' ') }), { kind: 'refused', status: 503 });
  }),
  channelCase('takes a connection out of its groups when it ends', async (bench) => {
    const { channel, harness, connect } = bench;
    const gone = await connect(['a', 'b']);
    await channel.close(gone.connection);
    await ends(bench, gone.connection);
    assert.deepEqual(await channel.join(gone.connection, 'c'), { kind: 'gone' });
    const { client } = await connect(['a']);
    await channel.publish('a', { n: 1 });
    await channel.publish('c', { n: 2 });
    await got(harness, client, [1]);
    assert.deepEqual(gone.client.received, []);
  }),
];

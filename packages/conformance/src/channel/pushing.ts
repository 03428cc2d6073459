import assert from 'node:assert/strict';
import { seconds, utf8Bytes } from '@portolan/kernel';
import { refuses, within } from '../suite/expect.ts';
import { channelCase, got, live, newsOf, numbersOf } from './stage.ts';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** What reaches whom, and how. */
export const pushingCases = [
  channelCase('pushes to one connection and to no other', async ({ channel, harness, connect }) => {
    const [one, other] = [await connect(['a']), await connect(['a'])];
    assert.deepEqual(await channel.send(one.connection, { n: 1 }), { kind: 'sent' });
    await got(harness, one.client, [1]);
    await harness.pass(seconds(1));
    assert.deepEqual([one.client.received.length, other.client.received.length], [1, 0]);
  }),
  channelCase('says that a connection is gone which never was', async ({ channel }) => {
    assert.deepEqual(await channel.send('nobody', { n: 1 }), { kind: 'gone' });
    assert.deepEqual(await channel.join('nobody', 'a'), { kind: 'gone' });
    await channel.leave('nobody', 'a');
    await channel.close('nobody');
  }),
  channelCase('publishes to all of a group, each once, and to nobody else', async ({ channel, harness, connect }) => {
    const inside = [await connect(['a']), await connect(['b', 'a']), await connect(['a', 'c'])];
    const outside = [await connect(), await connect(['b']), await connect(['A', 'a.', 'aa'])];
    await channel.publish('a', { n: 1 });
    for (const { client } of inside) await got(harness, client, [1]);
    await harness.pass(seconds(1));
    for (const { client } of inside) assert.deepEqual(numbersOf(client), [1]);
    for (const { client } of outside) assert.deepEqual(client.received, []);
  }),
  channelCase('publishes to a group that nobody is in', async ({ channel, harness, connect }) => {
    const { client } = await connect(['a']);
    await channel.publish('b', { n: 1 });
    await channel.publish('a', { n: 2 });
    await got(harness, client, [2]);
  }),
  channelCase('keeps nothing for whoever connects later', async ({ channel, harness, connect }) => {
    const there = await connect(['a']);
    await channel.publish('a', { n: 1 });
    await got(harness, there.client, [1]);
    // However long others take to have it.
    await harness.pass(seconds(1));
    const late = await connect(['a']);
    await channel.publish('a', { n: 2 });
    await got(harness, late.client, [2]);
    await got(harness, there.client, [1, 2]);
  }),
  channelCase('publishes to two hundred connections', async ({ channel, harness, connect }) => {
    const clients = await Promise.all(upTo(200).map(() => connect(['all'])));
    await channel.publish('all', { n: 1 });
    await channel.publish('all', { n: 2 });
    await within(harness, seconds(20), () => {
      for (const { client } of clients) assert.deepEqual(numbersOf(client), [1, 2]);
    });
  }),
  channelCase(
    'keeps the order of a caller that waits for each push, sends and publishes alike',
    async ({ channel, harness, connect }) => {
      const { client, connection } = await connect(['a']);
      for (const n of upTo(40)) {
        if (n % 3 === 0) await channel.publish('a', { n });
        else await channel.send(connection, { n });
      }
      await got(harness, client, upTo(40));
    },
  ),
  channelCase('gives a client that keeps up the news of every key, in order', async ({ channel, harness, connect }) => {
    const { client, connection } = await connect(['a']);
    for (const n of upTo(10)) {
      await channel.publish('a', { n: 2 * n }, { key: 'BTC-USD/1m' });
      await channel.send(connection, { n: 2 * n + 1 }, { key: 'é'.repeat(100) });
      await within(harness, seconds(10), () => assert.equal(numbersOf(client).at(-1), 2 * n + 1), 200);
    }
    assert.deepEqual(numbersOf(client), upTo(20));
  }),
  channelCase('carries values as they are, whatever script they are in', async ({ channel, harness, connect }) => {
    const { client, connection } = await connect();
    const body = { text: 'é 漢字 \u{1f680} \u2028 "\\\n\0 </script>', list: [null, true, 1.5, -0.1, {}, []], '': 'é' };
    await channel.send(connection, { n: 1, body });
    await got(harness, client, [1]);
    assert.deepEqual(newsOf(client), [{ n: 1, body }]);
  }),
  channelCase(
    'takes a message that just fits, and refuses one of a byte more',
    async ({ channel, harness, connect }) => {
      const { client, connection } = await connect(['a']);
      const room = live.maxMessageBytes - utf8Bytes(JSON.stringify({ n: 1, body: '' }));
      const body = 'é'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2);
      await channel.send(connection, { n: 1, body });
      await channel.publish('a', { n: 2, body });
      await refuses('too-large', () => channel.send(connection, { n: 3, body: `${body}x` }), 'send');
      await refuses('too-large', () => channel.publish('a', { n: 4, body: `${body}x` }), 'publish');
      await refuses('too-large', () => channel.publish('nobody', { n: 5, body: `${body}x` }), 'publish to nobody');
      await harness.pass(seconds(1));
      await got(harness, client, [1, 2]);
      assert.deepEqual(newsOf(client)[1]!.body, body);
    },
  ),
  channelCase('refuses malformed groups and keys', async ({ channel, connect }) => {
    const { connection } = await connect();
    for (const group of ['', 'a b', 'a/b', 'é', 'x'.repeat(101), 'a\n']) {
      await refuses('invalid', () => channel.publish(group, { n: 1 }), `publish to ${JSON.stringify(group)}`);
      await refuses('invalid', () => channel.join(connection, group), `join ${JSON.stringify(group)}`);
      await refuses('invalid', () => channel.leave(connection, group), `leave ${JSON.stringify(group)}`);
    }
    for (const key of ['', 'x'.repeat(101)]) {
      await refuses('invalid', () => channel.send(connection, { n: 1 }, { key }), `send by ${JSON.stringify(key)}`);
      await refuses('invalid', () => channel.publish('a', { n: 1 }, { key }), `publish by ${JSON.stringify(key)}`);
    }
  }),
];

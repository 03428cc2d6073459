import assert from 'node:assert/strict';
import { minutes, seconds } from '@portolan/kernel';
import { within } from '../suite/expect.ts';
import { channelCase, ends, got, type Bench, type Connected } from './stage.ts';

/** Long enough for a platform that finds silent peers by their silence. */
const silenceMs = minutes(15);

/** Nothing reaches a connection that has ended, and those beside it do not notice. */
async function forgotten({ channel, harness }: Bench, gone: Connected, beside: Connected): Promise<void> {
  const before = gone.client.received.length;
  await channel.publish('a', { n: 100 });
  assert.deepEqual(await channel.send(gone.connection, { n: 101 }), { kind: 'gone' });
  assert.deepEqual(await channel.join(gone.connection, 'b'), { kind: 'gone' });
  await channel.publish('a', { n: 102 });
  await got(harness, beside.client, [100, 102]);
  assert.equal(gone.client.received.length, before);
}

/** How connections end, whoever ends them. */
export const endingCases = [
  channelCase('ends a connection, tells its function and its client, and forgets it', async (bench) => {
    const [one, other] = [await bench.connect(['a']), await bench.connect(['a'])];
    await bench.channel.close(one.connection);
    await ends(bench, one.connection);
    await within(bench.harness, seconds(30), () => assert.notEqual(one.client.ended, undefined));
    await forgotten(bench, one, other);
    assert.deepEqual([other.client.ended, bench.ended.includes(other.connection)], [undefined, false]);
  }),
  channelCase('is gone at once for those who push to a connection they have ended', async (bench) => {
    const { connection } = await bench.connect();
    await bench.channel.close(connection);
    assert.deepEqual(await bench.channel.send(connection, { n: 1 }), { kind: 'gone' });
    await bench.channel.close(connection);
  }),
  channelCase('brings what was pushed before it ended a connection', async (bench) => {
    const { client, connection } = await bench.connect();
    for (const n of [1, 2, 3]) await bench.channel.send(connection, { n });
    await bench.channel.close(connection);
    await got(bench.harness, client, [1, 2, 3]);
  }),
  channelCase('tells its function of a client that leaves, and forgets it', async (bench) => {
    const [one, other] = [await bench.connect(['a']), await bench.connect(['a'])];
    await one.client.close();
    await ends(bench, one.connection);
    assert.notEqual(one.client.ended, undefined);
    await forgotten(bench, one, other);
  }),
  channelCase('finds a client that vanished without a word, tells its function and forgets it', async (bench) => {
    const one = await bench.connect(['a']);
    await one.client.vanish();
    await ends(bench, one.connection, silenceMs);
    await forgotten(bench, one, await bench.connect(['a']));
  }),
  channelCase('spoils nothing for others by one that vanishes while it is pushed to', async (bench) => {
    const [one, ...others] = [await bench.connect(['a']), await bench.connect(['a']), await bench.connect(['a'])];
    await bench.channel.publish('a', { n: 1 });
    await one!.client.vanish();
    for (const n of [2, 3, 4]) await bench.channel.publish('a', { n });
    for (const { client } of others) await got(bench.harness, client, [1, 2, 3, 4]);
  }),
  channelCase('tells of each end by the name of its connection, and of no other', async (bench) => {
    const connected = [await bench.connect(), await bench.connect(), await bench.connect(), await bench.connect()];
    const [first, second, third, fourth] = connected as [Connected, Connected, Connected, Connected];
    await third.client.close();
    await bench.channel.close(first.connection);
    await ends(bench, first.connection);
    await ends(bench, third.connection);
    assert.deepEqual(new Set(bench.ended), new Set([first.connection, third.connection]));
    for (const { connection } of [second, fourth])
      assert.deepEqual(await bench.channel.send(connection, { n: 1 }), { kind: 'sent' });
  }),
  channelCase(
    'says goodbye with 1001 when it stops, tells of every end, and takes no more clients',
    async (bench) => {
      const connected = [await bench.connect(['a']), await bench.connect(['a'])];
      await bench.channel.publish('a', { n: 1 });
      await bench.serving.stop();
      for (const { connection } of connected) assert.ok(bench.ended.includes(connection), 'stopped before it told');
      for (const { client } of connected) {
        await within(bench.harness, seconds(10), () => assert.equal(client.ended, 1001));
        await got(bench.harness, client, [1]);
      }
      const openings = bench.openings.length;
      assert.equal((await bench.dial({})).kind, 'refused');
      assert.equal(bench.openings.length, openings);
      await bench.channel.publish('a', { n: 2 });
    },
    { needs: 'slowClients' },
  ),
];

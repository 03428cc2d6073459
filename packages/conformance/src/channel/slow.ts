import assert from 'node:assert/strict';
import { channel, kibibytes, seconds } from '@portolan/kernel';
import { anything, eventually, within } from '../suite/expect.ts';
import type { SocketClient } from './channel-harness.ts';
import { channelCase, ends, newsOf, numbersOf, type Bench, type News } from './stage.ts';

const sizes = { maxMessageBytes: kibibytes(32), maxBufferedBytes: kibibytes(128) } as const;
const strict = channel('strict', { message: anything<News>(), ...sizes });
const lenient = channel('lenient', { message: anything<News>(), ...sizes, whenSlow: 'drop' });

/** Nearly the largest message: what waits is in buffers of the network, too, which take megabytes. */
const body = 'x'.repeat(kibibytes(31));
const many = 500;

async function slowClient({ connect }: Bench, groups: readonly string[]) {
  const connected = await connect(groups);
  const { client } = connected;
  assert.ok(client.pauseReading !== undefined && client.resumeReading !== undefined, 'the engine has no slow clients');
  client.pauseReading();
  return { ...connected, resume: () => client.resumeReading!() };
}

const isOrdered = (numbers: readonly number[]): boolean => numbers.every((n, i) => i === 0 || numbers[i - 1]! < n);

/** Waits until the client got a message that was pushed after all others, and gives all that it got. */
async function caughtUp({ harness }: Bench, client: SocketClient, last: number): Promise<readonly number[]> {
  await within(harness, seconds(20), () => assert.equal(numbersOf(client).at(-1), last), 200);
  const numbers = numbersOf(client);
  assert.ok(isOrdered(numbers), `out of order: ${numbers.join()}`);
  return numbers;
}

const needs = { needs: 'slowClients' } as const;

/** Clients that read slower than they are sent to, where the engine itself holds the sockets. */
export const slowCases = [
  channelCase(
    'ends a client with 1013 that has more to read than may wait, and holds up no other',
    async (bench) => {
      const slow = await slowClient(bench, ['all']);
      const { client: quick } = await bench.connect(['all']);
      let pushed = 0;
      for (; pushed < many && !bench.ended.includes(slow.connection); pushed++) {
        await bench.channel.publish('all', { n: pushed, body });
        await eventually(bench.harness, () => assert.equal(quick.received.length, pushed + 1));
        if ((await bench.channel.send(slow.connection, { n: -1 })).kind === 'gone') break;
      }
      assert.ok(pushed < many, `${many} messages wait for a client that reads nothing`);
      assert.equal(quick.ended, undefined);
      slow.resume();
      await within(bench.harness, seconds(20), () => assert.equal(slow.client.ended, 1013));
      await ends(bench, slow.connection);
      assert.ok(slow.client.received.length < 2 * many);
    },
    { port: strict, ...needs },
  ),
  channelCase(
    'keeps just the newest of each key for a slow client, in order',
    async (bench) => {
      const slow = await slowClient(bench, ['all']);
      for (let n = 0; n < many; n++) await bench.channel.publish('all', { n, body }, { key: n % 2 === 0 ? 'a' : 'b' });
      slow.resume();
      const numbers = await caughtUp(bench, slow.client, many - 1);
      assert.ok(numbers.includes(many - 2), 'the newest of the other key is missing');
      assert.ok(numbers.length < many, 'nothing was replaced');
      assert.equal(slow.client.ended, undefined);
    },
    { port: strict, ...needs },
  ),
  channelCase(
    'drops the newest messages without a key for a slow client, and goes on when it reads again',
    async (bench) => {
      const slow = await slowClient(bench, ['all']);
      for (let n = 0; n < many; n++) await bench.channel.publish('all', { n, body });
      assert.deepEqual(await bench.channel.send(slow.connection, { n: many, body }), { kind: 'sent' });
      slow.resume();
      await within(bench.harness, seconds(20), () => assert.ok(slow.client.received.length > 0), 200);
      await bench.harness.settle();
      await bench.channel.publish('all', { n: many + 1 });
      const numbers = await caughtUp(bench, slow.client, many + 1);
      const kept = numbers.slice(0, -1);
      assert.ok(kept.length < many, 'nothing was dropped');
      assert.deepEqual(kept, [...kept.keys()], 'not the oldest were kept');
      assert.deepEqual([slow.client.ended, bench.ended], [undefined, []]);
    },
    { port: lenient, ...needs },
  ),
  channelCase(
    'makes room for what has a key by dropping what has none',
    async (bench) => {
      const slow = await slowClient(bench, ['all']);
      for (let n = 0; n < many; n++) await bench.channel.publish('all', { n, body });
      await bench.channel.publish('all', { n: many, body }, { key: 'a' });
      await bench.channel.publish('all', { n: many + 1, body }, { key: 'b' });
      slow.resume();
      const numbers = await caughtUp(bench, slow.client, many + 1);
      assert.ok(numbers.includes(many), 'what has a key was dropped');
      assert.ok(numbers.length < many, 'nothing was dropped');
      assert.equal(newsOf(slow.client).at(-1)!.body, body);
    },
    { port: lenient, ...needs },
  ),
  channelCase(
    'ends a slow client with 1013 where the newest of its keys alone have no room',
    async (bench) => {
      const slow = await slowClient(bench, []);
      const key = (n: number): string => `key-${n}`;
      let pushed = 0;
      while (pushed < many) {
        const { kind } = await bench.channel.send(slow.connection, { n: pushed, body }, { key: key(pushed) });
        if (kind === 'gone') break;
        pushed++;
      }
      assert.ok(pushed < many, `${many} messages wait for a client that reads nothing`);
      slow.resume();
      await within(bench.harness, seconds(20), () => assert.equal(slow.client.ended, 1013));
      await ends(bench, slow.connection);
    },
    { port: lenient, ...needs },
  ),
];

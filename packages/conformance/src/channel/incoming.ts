import assert from 'node:assert/strict';
import { seconds, utf8Bytes } from '@portolan/kernel';
import { within } from '../suite/expect.ts';
import { channelCase, ends, got, live, numbersOf, quiet, type Bench, type Connected } from './stage.ts';

const say = (client: Connected['client'], message: unknown): Promise<void> => client.send(JSON.stringify(message));

/** Sends what cannot be taken, and checks that the answer says so and that the connection goes on. */
async function answered(bench: Bench, text: string, problem: string, detail: RegExp): Promise<void> {
  const { client, connection } = await bench.connect();
  const other = await bench.connect();
  await client.send(text);
  await within(bench.harness, seconds(10), () => assert.equal(client.received.length, 1, 'no answer'), 200);
  const frame = JSON.parse(client.received[0]!) as Record<string, unknown>;
  assert.deepEqual([frame['type'], frame['problem']], ['problem', problem]);
  assert.match(String(frame['detail']), detail);
  assert.deepEqual(await bench.channel.send(connection, { n: 2 }), { kind: 'sent' });
  await within(bench.harness, seconds(10), () => assert.equal(numbersOf(client).at(-1), 2), 200);
  assert.deepEqual([client.ended, bench.ended, other.client.received], [undefined, [], []]);
}

/** What clients send. */
export const incomingCases = [
  channelCase('brings a message to the function, with the name of its connection', async (bench) => {
    const [one, other] = [await bench.connect(), await bench.connect()];
    const text = 'é 漢字 \u{1f680} "\\\n\0';
    await say(one.client, { n: 1, text });
    await within(bench.harness, seconds(10), () => assert.equal(bench.said.length, 1), 200);
    await say(other.client, { n: 2, text });
    await within(bench.harness, seconds(10), () => assert.equal(bench.said.length, 2), 200);
    assert.deepEqual(bench.said, [
      { connection: one.connection, message: { n: 1, how: 'listen', text } },
      { connection: other.connection, message: { n: 2, how: 'listen', text } },
    ]);
    assert.deepEqual([one.client.received, other.client.received], [[], []]);
  }),
  channelCase('lets the function answer on the connection that spoke', async (bench) => {
    const [one, other] = [await bench.connect(), await bench.connect()];
    await say(one.client, { n: 7, how: 'answer', text: 'hello' });
    await got(bench.harness, one.client, [7]);
    assert.deepEqual(other.client.received, []);
  }),
  channelCase('brings every message of a client', async (bench) => {
    const { client } = await bench.connect();
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    for (const n of numbers) await say(client, { n, text: '' });
    await within(
      bench.harness,
      seconds(20),
      () =>
        assert.deepEqual(
          bench.said.map(({ message }) => message.n).sort((a, b) => a - b),
          numbers,
        ),
      200,
    );
  }),
  channelCase('ends a client that sends a binary frame, which its function does not hear', async (bench) => {
    const [one, other] = [await bench.connect(), await bench.connect()];
    await one.client.send(new TextEncoder().encode(JSON.stringify({ n: 1, how: 'listen', text: '' })));
    await within(bench.harness, seconds(20), () => assert.notEqual(one.client.ended, undefined), 200);
    await ends(bench, one.connection);
    assert.deepEqual(await bench.channel.send(one.connection, { n: 2 }), { kind: 'gone' });
    await say(other.client, { n: 3, text: '' });
    await within(bench.harness, seconds(10), () => assert.equal(bench.said.length, 1), 200);
    assert.deepEqual([bench.said[0]!.message.n, other.client.ended], [3, undefined]);
  }),
  channelCase('answers what is not JSON with a problem, and goes on', (bench) =>
    answered(bench, '{"n":1,', 'invalid', /JSON/),
  ),
  channelCase('answers an empty message with a problem, and goes on', (bench) =>
    answered(bench, '', 'invalid', /JSON/),
  ),
  channelCase('answers what breaks the schema with a problem that names the field, and goes on', (bench) =>
    answered(bench, '{"n":"one","text":""}', 'invalid', /message\.n/),
  ),
  channelCase('answers with a problem where the function fails, and goes on', async (bench) => {
    await answered(bench, JSON.stringify({ n: 1, how: 'fail', text: '' }), 'unavailable', /again/);
    assert.equal(bench.said.length, 1);
  }),
  channelCase('takes a message that just fits, and answers one of a byte more with a problem', async (bench) => {
    const { client } = await bench.connect();
    const room = live.maxMessageBytes - utf8Bytes(JSON.stringify({ n: 1, text: '' }));
    const text = 'é'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2);
    await say(client, { n: 1, text });
    await within(bench.harness, seconds(10), () => assert.equal(bench.said[0]?.message.text, text), 200);
    await answered(bench, JSON.stringify({ n: 2, text: `${text}x` }), 'too-large', /1024/);
    assert.equal(bench.said.length, 1);
  }),
  channelCase(
    'answers every message with a problem where clients have nothing to send',
    (bench) => answered(bench, '{"n":1,"text":""}', 'invalid', /[Nn]othing/),
    { port: quiet },
  ),
];

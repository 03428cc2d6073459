import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GoogleRest } from '../clients/google-rest.ts';
import { Publisher } from '../queue/publisher.ts';
import { FanOut } from './fan-out.ts';

/** Pub/Sub as far as publishing goes: it says when a request comes and is told when to answer. */
async function pubsub(statuses: readonly number[] = []) {
  const requests: number[][] = [];
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: readonly { data: string }[] };
      const status = statuses[requests.length] ?? 200;
      requests.push(messages.map(({ data }) => JSON.parse(Buffer.from(data, 'base64').toString()).number as number));
      waiting.push(() => response.writeHead(status).end('{}'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  const rest = new GoogleRest(base, async () => ({}), { wait: async () => undefined });
  return {
    requests,
    fan: new FanOut(new Publisher(rest, 'p'), 't', 'self'),
    async answer(): Promise<void> {
      while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
      for (const respond of waiting) respond();
      waiting = [];
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const command = { kind: 'close', connection: 'other.x' } as const;

test('tells together what was told while a request was under way, in order', async () => {
  await using under = await pubsub();
  const told = Array.from({ length: 2_500 }, () => under.fan.tell('other', command));
  for (let request = 0; request < 4; request++) await under.answer();
  await Promise.all(told);
  expect(under.requests.map(({ length }) => length)).toEqual([1, 1_000, 1_000, 499]);
  expect(under.requests.flat()).toEqual(Array.from({ length: 2_500 }, (_, n) => n + 1));
});

test('says it of each that could not be told, and goes on', async () => {
  await using under = await pubsub([403]);
  const first = under.fan.tell('other', command);
  const second = under.fan.tell(undefined, command);
  const failed = expect(first).rejects.toMatchObject({ httpStatus: 403 });
  await under.answer();
  await failed;
  await under.answer();
  await second;
  expect(under.requests).toEqual([[1], [2]]);
});

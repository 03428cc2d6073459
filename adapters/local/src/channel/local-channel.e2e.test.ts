import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpApi } from '@portolan/http';
import { nodeServer } from '@portolan/http/node';
import { channel, http, ok, operation, problem, service, socket, table, welcome } from '@portolan/kernel';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { openLocal } from '../host/local-platform.ts';
import { localTable } from '../table/local-table.ts';
import { localChannel } from './local-channel.ts';

const live = channel('live', { message: z.object({ text: z.string() }), incoming: z.object({ say: z.string() }) });
const guests = table('guests', { item: z.object({ room: z.string(), id: z.string() }), key: ['room', 'id'] });

const operations = {
  say: operation({
    method: 'POST',
    path: '/rooms/{room}',
    summary: 'Says something in a room',
    params: z.object({ room: z.string() }),
    body: z.object({ text: z.string() }),
    replies: { ok: z.object({}) },
  }),
  list: operation({
    method: 'GET',
    path: '/rooms/{room}',
    summary: 'Counts who is in a room',
    params: z.object({ room: z.string() }),
    replies: { ok: z.object({ guests: z.number() }) },
  }),
};

/** Rooms: who is in one stands in a durable table, and hears what is said in it. */
const chat = service(
  'chat',
  { live, guests },
  {
    api: http(
      '/chat/v1',
      operations,
      { live: live.push, guests: guests.read },
      {
        async say({ params, body }, ports) {
          await ports.live.publish(params.room, body);
          return ok({});
        },
        async list({ params }, ports) {
          return ok({ guests: (await ports.guests.query({ partition: params.room })).items.length });
        },
      },
    ),
    sockets: socket(
      live,
      { path: '/chat/v1/live', query: z.object({ room: z.string() }) },
      { live: live.push, guests: guests.write },
      {
        async connect({ connection, query, headers }, ports) {
          if (headers['authorization'] === undefined) return problem('unauthorized', 'Say who you are.');
          await ports.guests.put({ room: query.room, id: connection });
          return welcome([query.room]);
        },
        message: async ({ connection, message }, ports) => void ports.live.send(connection, { text: message.say }),
        async disconnect({ connection }, ports) {
          await ports.guests.delete({ room: 'lobby', id: connection });
        },
      },
    ),
  },
);

/** The service behind one HTTP server, as an app composes it. */
async function open(file: string) {
  const platform = await openLocal({ file });
  const { functions } = await platform.run(chat, { live: localChannel(), guests: localTable() });
  const { environment, upgrades } = platform;
  const mount = {
    service: chat,
    call: (name: string, op: string, call: object) => functions[name as 'api']!.call(op, call),
  };
  const server = nodeServer(httpApi([mount], { environment }), { environment, upgrades });
  const { port } = await server.listen(0);
  const request = async (method: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/chat/v1/rooms/lobby`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    expect(response.status).toBe(200);
    return response.json();
  };
  return {
    request,
    connect(headers: Record<string, string> = { authorization: 'Bearer me' }) {
      const client = new WebSocket(`ws://127.0.0.1:${port}/chat/v1/live?room=lobby`, { headers });
      const heard: string[] = [];
      client.on('message', (data: Buffer) => heard.push(data.toString()));
      return { client, heard };
    },
    async close() {
      await server.close();
      await platform.close();
    },
  };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-channel-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('serves sockets and requests on one port, ends in order, and begins anew with nobody connected', async () => {
  const file = join(folder, 'chat.db');
  const first = await open(file);
  const { client, heard } = first.connect();
  await once(client, 'open');
  expect(await first.request('GET')).toEqual({ guests: 1 });
  await first.request('POST', { text: 'to all' });
  client.send(JSON.stringify({ say: 'to me' }));
  while (heard.length < 2) await once(client, 'message');
  expect(heard).toEqual(['{"text":"to all"}', '{"text":"to me"}']);

  const ended = once(client, 'close');
  await first.close();
  expect((await ended)[0]).toBe(1001);

  // The end of the socket was told before the platform let its data go.
  const second = await open(file);
  expect(await second.request('GET')).toEqual({ guests: 0 });
  await second.request('POST', { text: 'to nobody' });
  await second.close();
});

test('answers those who may not come in as HTTP does', async () => {
  const platform = await open(join(folder, 'chat.db'));
  const { client } = platform.connect({});
  const [, response] = (await once(client, 'unexpected-response')) as [
    unknown,
    { statusCode: number; headers: object },
  ];
  expect([response.statusCode, response.headers]).toMatchObject([401, { 'content-type': 'application/problem+json' }]);
  client.on('error', () => {});
  client.terminate();
  await platform.close();
});

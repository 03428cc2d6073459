import type { HttpRequest, HttpResponse } from '@portolan/http';
import { channel, welcome, type PortError, type Sessions } from '@portolan/kernel';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webPubSubClients } from '../clients/web-pubsub-clients.ts';
import { anything } from '../testing/anything.ts';
import { ChannelHarness } from '../testing/channel-harness.ts';
import { accessKeys } from '../testing/web-pubsub/event-handler.ts';
import { maxFrameBytes } from './web-pubsub-channel-adapter.ts';
import type { WebPubSubChannel } from './web-pubsub-channel.ts';

const live = channel('live', { message: anything<unknown>(), maxMessageBytes: maxFrameBytes });
const setting = 'WebPubSub__h__live';

/** Lets everybody in, into one group. */
function listening(groups: readonly string[] = ['all']) {
  const connections: string[] = [];
  const sessions: Sessions = {
    connect: async ({ connection }) => {
      connections.push(connection);
      return welcome(groups);
    },
    message: async () => undefined,
    disconnect: async () => {},
  };
  return { sessions, connections };
}

const event = (headers: Record<string, string>, method = 'POST'): HttpRequest => ({
  method,
  path: '/v1/live',
  query: '',
  headers: { 'ce-type': 'azure.webpubsub.user.message', 'ce-connectionid': 'c', 'ce-hub': 'h_live', ...headers },
  body: '{}',
});
const signature = (key: string): string => `sha256=${createHmac('sha256', key).update('c').digest('hex')}`;
const codeOf = (error: unknown): string => (error as PortError).code;

/** What a channel answers a call of its event handler. */
async function answers(contract: WebPubSubChannel, request: HttpRequest): Promise<HttpResponse> {
  return contract.receiveSocket(request, listening().sessions, Infinity);
}

test('takes calls by either key of the service, for its own hub, and refuses all others', async () => {
  await using harness = await ChannelHarness.start();
  for (const key of Object.values(accessKeys)) {
    const place = `Endpoint=${harness.double.endpoint};AccessKey=${key};Version=1.0;`;
    const contract = await harness.openWith(live, webPubSubClients({ [setting]: place }));
    expect((await answers(contract, event({ 'ce-signature': signature(key) }))).status).toBe(204);
    const other = event({ 'ce-signature': signature(key), 'ce-hub': 'h_other' });
    expect((await answers(contract, other)).status).toBe(401);
    expect((await answers(contract, event({ 'ce-signature': signature('x') }))).status).toBe(401);
    expect((await answers(contract, event({}))).status).toBe(401);
    expect((await answers(contract, { ...event({}), headers: {} })).status).toBe(400);
    expect((await answers(contract, event({}, 'GET'))).status).toBe(405);
  }
});

test('refuses every call where it knows no key', async () => {
  await using harness = await ChannelHarness.start();
  const byIdentity = webPubSubClients({ [`${setting}__serviceUri`]: harness.double.endpoint });
  const contract = await harness.openWith(live, byIdentity);
  expect((await answers(contract, event({ 'ce-signature': signature(accessKeys.primary) }))).status).toBe(401);
  const byKeyToo = {
    [`${setting}__serviceUri`]: harness.double.endpoint,
    [`${setting}__accessKey`]: accessKeys.primary,
  };
  const knowing = await harness.openWith(live, webPubSubClients(byKeyToo));
  expect((await answers(knowing, event({ 'ce-signature': signature(accessKeys.primary) }))).status).toBe(204);
});

test('says that it wants to be called, to whoever asks as CloudEvents say', async () => {
  await using harness = await ChannelHarness.start();
  const contract = (await harness.open(live)) as unknown as WebPubSubChannel;
  const asked = event({ 'webhook-request-origin': 'acme.webpubsub.azure.com' }, 'OPTIONS');
  expect(await answers(contract, asked)).toEqual({ status: 200, headers: { 'webhook-allowed-origin': '*' } });
  expect((await answers(contract, event({}, 'OPTIONS'))).status).toBe(405);
});

test('never takes a name of dots for a path that means everybody', async () => {
  await using harness = await ChannelHarness.start();
  const open = await harness.open(live);
  const { sessions, connections } = listening(['..', 'all']);
  await harness.serve(live, sessions);
  const dialled = await harness.dial(live);
  if (dialled.kind !== 'open') throw new Error('refused');
  for (const name of ['', '.', '..', '...']) {
    expect(await open.send(name, { n: 1 })).toEqual({ kind: 'gone' });
    expect(await open.join(name, 'all')).toEqual({ kind: 'gone' });
    await open.leave(name, 'all');
    await open.close(name);
  }
  await open.publish('.', { n: 2 });
  expect(dialled.client.received).toEqual([]);
  await open.publish('..', { n: 3 });
  await open.leave(connections[0]!, '..');
  await open.publish('..', { n: 4 });
  await open.publish('all', { n: 5 });
  expect(dialled.client.received).toEqual(['{"n":3}', '{"n":5}']);
});

test('carries the largest message that the service takes', async () => {
  await using harness = await ChannelHarness.start();
  const open = await harness.open(live);
  const { sessions, connections } = listening();
  await harness.serve(live, sessions);
  const dialled = await harness.dial(live);
  if (dialled.kind !== 'open') throw new Error('refused');
  const text = 'x'.repeat(maxFrameBytes - 2);
  expect(await open.send(connections[0]!, text)).toEqual({ kind: 'sent' });
  expect(dialled.client.received).toEqual([`"${text}"`]);
  await expect(open.publish('all', `${text}x`)).rejects.toMatchObject({ code: 'too-large' });
});

test('tells errors of the service by their codes', async () => {
  await using harness = await ChannelHarness.start();
  const publish = async (env: Record<string, string>): Promise<string> => {
    const contract = await harness.openWith(live, webPubSubClients(env));
    return contract.publish('all', { n: 1 }).then(() => 'published', codeOf);
  };
  expect(await publish({ [setting]: harness.double.connectionString })).toBe('published');
  expect(await publish({ [setting]: `Endpoint=${harness.double.endpoint};AccessKey=another` })).toBe('unauthorized');
  expect(await publish({ [setting]: 'Endpoint=http://127.0.0.1:1;AccessKey=k' })).toBe('unavailable');
  expect(await publish({}).catch(codeOf)).toBe('invalid');
});

test('does not push again where the answer to a push was lost, but asks and joins again', async () => {
  await using harness = await ChannelHarness.start();
  const asked: string[] = [];
  // Takes every request, and breaks off each first one of its kind without an answer.
  const flaky: Server = createServer((request, response) => {
    const { method, url } = request;
    const kind = `${method} ${url!.split('?')[0]}`;
    asked.push(kind);
    request.resume();
    if (asked.filter((one) => one === kind).length === 1) request.socket.destroy();
    else response.writeHead(method === 'HEAD' || method === 'PUT' ? 200 : 202).end();
  }).listen(0, '127.0.0.1');
  await once(flaky, 'listening');
  using closing = new DisposableStack();
  closing.defer(() => {
    flaky.closeAllConnections();
    flaky.close();
  });
  const place = `Endpoint=http://127.0.0.1:${(flaky.address() as AddressInfo).port};AccessKey=k`;
  const contract = await harness.openWith(live, webPubSubClients({ [setting]: place }));
  expect(await contract.send('c', { n: 1 }).catch(codeOf)).toBe('unavailable');
  expect(await contract.publish('g', { n: 1 }).catch(codeOf)).toBe('unavailable');
  expect(await contract.join('c', 'g')).toEqual({ kind: 'sent' });
  const times = (kind: string): number => asked.filter((one) => one === kind).length;
  expect(times('POST /api/hubs/h_live/connections/c/:send')).toBe(1);
  expect(times('POST /api/hubs/h_live/groups/g/:send')).toBe(1);
  expect(times('PUT /api/hubs/h_live/groups/g/connections/c')).toBe(2);
});

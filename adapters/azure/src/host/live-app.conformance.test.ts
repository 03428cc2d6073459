import type { SocketClient } from '@portolan/conformance';
import { requestOver } from '@portolan/conformance/engine';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hubName } from '../channel/resources.ts';
import { blobClients } from '../clients/blob-clients.ts';
import { blobContainer } from '../objects/resources.ts';
import { queueResources } from '../queue/resources.ts';
import { deployTo, startAzureEngines } from '../testing/host/deployment.ts';
import { liveBindings, liveService } from '../testing/host/live-service.ts';

const engines = await startAzureEngines();
afterAll(() => engines[Symbol.asyncDispose]());

let stages = 0;

/** A service with sockets and objects, under the doubles of the Functions host and of Web PubSub. */
async function deploy() {
  const env = { PORTOLAN_STAGE: `live${++stages}`, WEBSITE_TIME_ZONE: '' };
  Object.assign(process.env, env);
  const app = { directory: join(import.meta.dirname, '../testing/host'), main: 'live-app.ts', env };
  const deployed = await deployTo({ ...engines, service: liveService, bindings: liveBindings, app });
  const { host, sockets } = deployed;
  const container = await blobClients({ env: deployed.env }).container(
    'AzureWebJobsStorage',
    blobContainer('media', 'uploads'),
  );
  const hub = hubName(`${env.PORTOLAN_STAGE}-media-live`);
  return {
    ...deployed,
    uploads: container.steady,
    dial: (query: Record<string, string>, headers: Record<string, string> = { 'X-Key': 'secret' }) =>
      sockets.dial(hub, { query, headers }),
    /** Lets the host take what lies in its queues, until nothing comes any more. */
    async settle(): Promise<void> {
      for (;;) {
        await Promise.allSettled(sockets.running);
        const counts = await Promise.all(host.pollers.map((poller) => poller.poll()));
        await Promise.all(host.pollers.flatMap(({ running }) => [...running]));
        if (counts.every((count) => count === 0)) return;
      }
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await sockets[Symbol.asyncDispose]();
    },
  };
}

async function opened(app: Awaited<ReturnType<typeof deploy>>, group: string): Promise<SocketClient> {
  const dialled = await app.dial({ group });
  if (dialled.kind !== 'open') throw new Error(`refused: ${dialled.status}; ${app.host.failures.join()}`);
  return dialled.client;
}

/** Waits for frames that were sent already: sockets take a moment that no poller knows of. */
async function framesOf(client: SocketClient, count: number): Promise<readonly string[]> {
  while (client.received.length < count) await setImmediate();
  return client.received;
}

test('registers a function for what Web PubSub calls, and one for the queue of created objects', async () => {
  await using app = await deploy();
  const registered = app.host.functions.map(({ name, bindings }) => {
    const { type, direction: _in, name: _name, properties: _none, ...settings } = Object.values(bindings)[0]!;
    return [name, type, settings];
  });
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
  expect(registered).toEqual([
    ['api', 'httpTrigger', { route: 'media/v1/{*rest}', methods, authLevel: 'anonymous' }],
    ['watch', 'httpTrigger', { route: 'media/v1/live', methods: ['OPTIONS', 'POST'], authLevel: 'anonymous' }],
    [
      'announce',
      'queueTrigger',
      { queueName: queueResources('media', 'uploads', 'announce').queue, connection: 'AzureWebJobsStorage' },
    ],
  ]);
});

test('lets clients in that the function welcomes, and leaves the path to others for what is no socket', async () => {
  await using app = await deploy();
  expect(await app.dial({ group: 'a' }, {})).toEqual({ kind: 'refused', status: 401 });
  expect(await app.dial({})).toEqual({ kind: 'refused', status: 400 });
  expect((await app.dial({ group: 'a' })).kind).toBe('open');
  expect(await requestOver(app.host.port, { target: '/media/v1/live' })).toMatchObject({ status: 200 });
  const unsigned = { method: 'POST', target: '/media/v1/live', headers: { 'ce-type': 'x' }, body: '{}' };
  expect((await requestOver(app.host.port, unsigned)).status).toBe(400);
  expect(app.host.failures).toEqual([]);
});

test('announces on sockets what was created, from a message on a socket to objects to a function and back', async () => {
  await using app = await deploy();
  const [one, other] = [await opened(app, 'photos'), await opened(app, 'films')];
  await one.send(JSON.stringify({ write: 'in/films/é 1%' }));
  await app.settle();
  expect((await framesOf(other, 1)).map((text) => JSON.parse(text) as unknown)).toEqual([
    { key: 'in/films/é 1%', sizeBytes: 14 },
  ]);
  expect(one.received).toEqual([]);
  await one.send('{"write":1}');
  await app.settle();
  expect(JSON.parse((await framesOf(one, 1))[0]!)).toMatchObject({ type: 'problem', problem: 'invalid' });
});

test('tries a created object again, and tells of the end of a connection', async () => {
  await using app = await deploy();
  const client = await opened(app, 'photos');
  await client.send(JSON.stringify({ write: 'in/photos/flaky' }));
  await app.settle();
  expect(client.received).toEqual([]);
  await engines.pass(2_000);
  await app.settle();
  expect(await framesOf(client, 1)).toHaveLength(1);
  await client.close();
  await app.settle();
  const names: string[] = [];
  for await (const { name } of app.uploads.listBlobsFlat({ prefix: 'ended/' })) names.push(name);
  expect(names).toHaveLength(1);
});

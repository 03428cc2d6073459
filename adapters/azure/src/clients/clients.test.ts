import { eventGridClients } from './event-grid-clients.ts';
import { queueClients } from './queue-clients.ts';
import { tableClients } from './table-clients.ts';
import { webPubSubClients } from './web-pubsub-clients.ts';

const byIdentity = { AzureWebJobsStorage__accountName: 'acme', Elsewhere__queueServiceUri: 'https://other.example/' };

test('reaches an account by its name and the identity of the process', async () => {
  const table = await tableClients(byIdentity).client('AzureWebJobsStorage', 'tasks');
  expect(table.url).toBe('https://acme.table.core.windows.net');
  expect(table.tableName).toBe('tasks');
  const queue = await queueClients(byIdentity).client('AzureWebJobsStorage', 'jobs');
  expect(queue.url).toBe('https://acme.queue.core.windows.net/jobs');
});

test('reaches the account of another setting', async () => {
  const queue = await queueClients(byIdentity).client('Elsewhere', 'jobs');
  expect(queue.url).toBe('https://other.example/jobs');
});

test('reaches a topic by its endpoint, with or without a key', async () => {
  const topicEndpoint = 'https://news.westeurope-1.eventgrid.azure.net/api/events';
  for (const env of [{ t__topicEndpointUri: topicEndpoint }, { t__topicEndpointUri: topicEndpoint, t__topicKey: 'k' }])
    expect((await eventGridClients(env).client('t')).endpointUrl).toBe(topicEndpoint);
});

test('reaches a hub by a connection string, or by the identity of the process', async () => {
  const stated = 'Endpoint=https://acme.webpubsub.azure.com;AccessKey=a+b/c=;Version=1.0;Port=8080;';
  const uri = 'https://acme.webpubsub.azure.com';
  for (const [env, endpoint, accessKey] of [
    [{ live: stated }, `${uri}:8080`, 'a+b/c='],
    [{ live__serviceUri: uri, live__accessKey: 'k' }, uri, 'k'],
    [{ live__serviceUri: uri }, uri, undefined],
  ] as const) {
    const hub = await webPubSubClients(env).hub('live', 'prices');
    expect([hub.steady.endpoint, hub.once.hubName, hub.accessKey]).toEqual([endpoint, 'prices', accessKey]);
  }
});

test('says which settings are missing', async () => {
  await expect(tableClients({}).client('AzureWebJobsStorage', 'tasks')).rejects.toMatchObject({ code: 'invalid' });
  await expect(queueClients({}).client('Other', 'jobs')).rejects.toThrow('set Other (a connection string)');
  await expect(webPubSubClients({}).hub('live', 'h')).rejects.toThrow(
    'set live (a connection string) or live__serviceUri',
  );
  await expect(eventGridClients({}).client('t')).rejects.toThrow('set t__topicEndpointUri');
});

import { eventGridClients } from './event-grid-clients.ts';
import { queueClients } from './queue-clients.ts';
import { tableClients } from './table-clients.ts';

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

test('says which settings are missing', async () => {
  await expect(tableClients({}).client('AzureWebJobsStorage', 'tasks')).rejects.toMatchObject({ code: 'invalid' });
  await expect(queueClients({}).client('Other', 'jobs')).rejects.toThrow('set Other (a connection string)');
  await expect(eventGridClients({}).client('t')).rejects.toThrow('set t__topicEndpointUri');
});

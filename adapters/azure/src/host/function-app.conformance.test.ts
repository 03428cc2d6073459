import { hostSubject } from '@portolan/conformance';
import { requestOver } from '@portolan/conformance/engine';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { queueClients } from '../clients/queue-clients.ts';
import { tableClients } from '../clients/table-clients.ts';
import { queueResources } from '../queue/resources.ts';
import { tableResources } from '../table/resources.ts';
import { deployTo, startAzureEngines } from '../testing/host/deployment.ts';
import { subjectBindings } from '../testing/host/subject-bindings.ts';

const engines = await startAzureEngines();
afterAll(() => engines[Symbol.asyncDispose]());

let stages = 0;

/** The service that every host runs, under the double of the Functions host. */
async function deploy(settings: Readonly<Record<string, string>> = {}) {
  const env = { WEBSITE_TIME_ZONE: '', ...settings, PORTOLAN_STAGE: `app${++stages}` };
  Object.assign(process.env, env);
  const app = { directory: join(import.meta.dirname, '../testing/host'), main: 'subject-app.ts', env };
  const deployed = await deployTo({ ...engines, service: hostSubject, bindings: subjectBindings, app });
  const notes = tableResources('host', { name: 'notes', indexes: {} }).table;
  const table = await tableClients(deployed.env).client('AzureWebJobsStorage', notes);
  return {
    ...deployed,
    async noted(): Promise<number> {
      let count = 0;
      for await (const _ of table.listEntities()) count++;
      return count;
    },
    /** Starts the app anew, with settings that have changed. */
    async restart(changed: Readonly<Record<string, string>>): Promise<void> {
      const body = JSON.stringify({ ...app, env: { ...deployed.env, ...changed } });
      expect((await fetch(`http://127.0.0.1:${engines.worker.port}/load`, { method: 'POST', body })).status).toBe(200);
    },
    async [Symbol.asyncDispose]() {
      await deployed.host[Symbol.asyncDispose]();
      await deployed.sockets[Symbol.asyncDispose]();
    },
  };
}

test('registers one function for each trigger, with all that the host has to know', async () => {
  await using app = await deploy();
  const registered = app.host.functions.map(({ name, bindings }) => {
    const { type, direction: _in, name: _name, properties: _none, ...settings } = Object.values(bindings)[0]!;
    return [name, type, settings];
  });
  const queue = (port: string, part?: string) => ({
    queueName: queueResources('host', port, part).queue,
    connection: 'AzureWebJobsStorage',
  });
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
  expect(registered).toEqual([
    ['api', 'httpTrigger', { route: 'host/v1/{*rest}', methods, authLevel: 'anonymous' }],
    ['work', 'queueTrigger', queue('jobs')],
    ['batch', 'queueTrigger', queue('lots')],
    ['listen', 'eventGridTrigger', {}],
    ['listen-queue', 'queueTrigger', queue('news', 'listen')],
    ['stored', 'queueTrigger', queue('files', 'stored')],
    ['ring', 'queueTrigger', queue('alarms')],
    ['sweep', 'timerTrigger', { schedule: '0 * * * * *' }],
    // Half past three in Paris, in an app that knows no zone but UTC.
    ['nightly', 'timerTrigger', { schedule: '0 30 * * * *' }],
    ['notes-sweep', 'timerTrigger', { schedule: '0 0 0 * * *' }],
    ['news-parked-sweep', 'timerTrigger', { schedule: '0 0 0 * * *' }],
    ['alarms-standing-sweep', 'timerTrigger', { schedule: '0 0 0 * * *' }],
  ]);
});

test('runs a schedule of another zone at its instants, and at no other call of its trigger', async () => {
  await using app = await deploy();
  const hour = 3_600_000;
  const half = (utcHour: number): number => Date.UTC(2030, 0, 15, utcHour, 30);
  for (const utcHour of [0, 1, 3]) await app.host.fireTimer('nightly', half(utcHour), half(utcHour) - hour);
  expect(await app.noted()).toBe(0);
  await app.host.fireTimer('nightly', half(2), half(2) - hour);
  expect(await app.noted()).toBe(1);
});

test('sweeps tables whose adapter asks for it', async () => {
  await using app = await deploy();
  for (const name of ['notes-sweep', 'news-parked-sweep', 'alarms-standing-sweep'])
    await app.host.fireTimer(name, Date.UTC(2030, 0, 15));
  expect(app.host.failures).toEqual([]);
});

test('builds for a function only what it uses', async () => {
  await using app = await deploy();
  // Only the API publishes; the function of the schedule does not mind that the topic is lost.
  await app.restart({ EventGrid__host__news__topicEndpointUri: '' });
  const headers = { 'content-type': 'application/json' };
  const echo = { method: 'POST', target: '/host/v1/echo', headers, body: '{"text":"a"}' };
  expect((await requestOver(app.host.port, echo)).status).toBe(500);
  expect(app.host.failures.join()).toContain('no Event Grid topic: set EventGrid__host__news__topicEndpointUri');
  await app.host.fireTimer('sweep', Date.UTC(2030, 0, 15));
  expect(await app.noted()).toBe(1);
});

test('has a message handed over again whose function cannot be built, until the host gives it up', async () => {
  await using app = await deploy();
  await app.restart({ AzureWebJobsStorage: '' });
  const { queue, deadLetters } = queueResources('host', 'jobs');
  const clients = queueClients(app.env);
  const text = Buffer.from('{"id":"a"}').toString('base64');
  await (await clients.client('AzureWebJobsStorage', queue)).sendMessage(text);
  const dead = await clients.client('AzureWebJobsStorage', deadLetters);
  for (let delivery = 1; delivery <= 5; delivery++) {
    expect((await dead.peekMessages()).peekedMessageItems).toEqual([]);
    for (const poller of app.host.pollers) await poller.poll();
    await Promise.all(app.host.pollers.flatMap(({ running }) => [...running]));
    await engines.storage.pass(31_000);
  }
  expect((await dead.peekMessages()).peekedMessageItems).toHaveLength(1);
});

test('answers as the host does that there is no route, and loses a body that was sent in chunks', async () => {
  await using app = await deploy();
  expect(await requestOver(app.host.port, { target: '/elsewhere' })).toMatchObject({ status: 404, body: '' });
  const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
  const target = { host: '127.0.0.1', port: app.host.port, method: 'POST', path: '/host/v1/echo', headers };
  const sent = request(target).end('{"text":"a"}');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let answer = '';
  for await (const chunk of response) answer += chunk;
  expect(JSON.parse(answer)).toMatchObject({ type: '/problems/invalid', errors: [{ field: 'body' }] });
});

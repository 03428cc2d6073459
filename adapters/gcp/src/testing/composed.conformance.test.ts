import { compose, type Composition } from '@portolan/composition';
import { startEngine } from '@portolan/conformance/engine';
import {
  bytesOf,
  objects,
  queue,
  receiverOf,
  service,
  table,
  timer,
  topic,
  type Delivery,
  type Objects,
  type ObjectsPort,
  type Port,
  type Queue,
  type Schema,
  type Table,
  type Timer,
  type Topic,
} from '@portolan/kernel';
import { closableAlarm, nodeEnvironment, systemAlarm } from '@portolan/node';
import { cloudStorageObjects } from '../objects/cloud-storage-objects.ts';
import { cloudStorageResources } from '../objects/storage-resources.ts';
import { cloudTasksQueue } from '../queue/cloud-tasks-queue.ts';
import { cloudTasksQueueResource } from '../queue/cloud-tasks-resources.ts';
import { pubsubQueue } from '../queue/pubsub-queue.ts';
import { firestoreTable } from '../table/firestore-table.ts';
import { cloudTasksTimer } from '../timer/cloud-tasks-timer.ts';
import { pubsubTopic } from '../topic/pubsub-topic.ts';
import { startFunctionServer } from './function-server.ts';
import { createStorage, storageOf } from './objects-harness.ts';
import { restOf } from './table-harness.ts';

interface Note {
  readonly id: string;
}
const anything: Schema<Note> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Note }) },
};
const ports = {
  notes: table('notes', { item: anything, key: ['id'] }),
  jobs: queue('jobs', { message: anything, maxDelayMs: 1_000, dedupe: true }),
  orders: queue('orders', { message: anything, ordered: true }),
  wakeups: timer('wakeups', { payload: anything, prompt: true }),
  news: topic('news', { event: anything }),
  files: objects('files'),
  lateJobs: queue('late-jobs', { message: anything, dedupe: true }),
  lateWakeups: timer('late-wakeups', { payload: anything }),
};
const { lateJobs, lateWakeups, ...others } = ports;
const composed = service('composed', { ...others, 'late-jobs': lateJobs, 'late-wakeups': lateWakeups }, {});

// The adapters as a root composes them, told where everything is by nothing but the environment.
const engine = await startEngine(new URL('./gcp-engine.ts', import.meta.url));
const server = await startFunctionServer();
const before = { ...process.env };
const alarm = closableAlarm(systemAlarm());
let composition: Composition;

beforeAll(async () => {
  const host = `127.0.0.1:${engine.port}`;
  Object.assign(process.env, {
    GOOGLE_CLOUD_PROJECT: 'portolan-composed',
    GOOGLE_CLOUD_REGION: 'europe-west1',
    FIRESTORE_EMULATOR_HOST: host,
    PUBSUB_EMULATOR_HOST: host,
    STORAGE_EMULATOR_HOST: host,
    IAM_CREDENTIALS_EMULATOR_HOST: host,
    CLOUD_TASKS_EMULATOR_HOST: host,
    PORTOLAN_URL: server.urlOf('/all'),
    PORTOLAN_URL_WAKEUPS: server.urlOf('/wakeups'),
    PORTOLAN_INVOKER: 'caller@portolan-composed.iam.gserviceaccount.com',
  });
  const bindings = {
    notes: firestoreTable(),
    jobs: cloudTasksQueue(),
    orders: pubsubQueue(),
    wakeups: cloudTasksTimer(),
    news: pubsubTopic(),
    files: cloudStorageObjects(),
    'late-jobs': cloudTasksQueue(),
    'late-wakeups': cloudTasksTimer(),
  };
  const environment = nodeEnvironment(alarm);
  composition = compose(composed, 'gcp', bindings, { environment });
  for (const port of [ports.jobs, ports.wakeups]) await createQueue(port);
});

async function createQueue(port: Port): Promise<void> {
  const parent = 'projects/portolan-composed/locations/europe-west1';
  const { kind: _, name, ...config } = cloudTasksQueueResource('composed', port);
  const body = { name: `${parent}/queues/${name}`, ...config };
  await restOf(engine.port, 'v2').call({ method: 'POST', path: `${parent}/queues`, body, repeatable: false });
}

afterAll(async () => {
  process.env = before;
  await composition.close();
  alarm.close();
  await Promise.all([engine[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
});

/** The first delivery that a function of a port gets at a path. */
function firstDelivery(path: string, contract: unknown, subscription: string): Promise<Delivery> {
  return new Promise((resolve) => {
    server.serve(path, async (request) => {
      const options = { batchSize: 1, visibilityMs: 10_000, subscription, filter: {} };
      await receiverOf(contract)!.receive(request, (batch) => batch.map(async (one) => resolve(one)), options);
    });
  });
}

test('composes tables, queues, timers and topics that find their engines by the environment', async () => {
  const { notes, jobs, wakeups } = (await composition.contracts(['notes', 'jobs', 'wakeups'])) as {
    notes: Table<Note, Note>;
    jobs: Queue<Note>;
    wakeups: Timer<Note>;
  };
  await notes.put({ id: 'a' });
  expect((await notes.get({ id: 'a' }))?.item).toEqual({ id: 'a' });

  const job = firstDelivery('/all', jobs, 'work');
  await jobs.send({ id: 'j' }, { dedupeId: 'x' });
  expect((await job).message).toEqual({ id: 'j' });

  const wakeup = firstDelivery('/wakeups', wakeups, 'wake');
  await wakeups.set('w', 1_000, { id: 'w' });
  expect(await wakeup).toMatchObject({ id: 'w', at: 1_000, message: { id: 'w' }, attempt: 1 });
});

// What is written down before the task is created must not be taken for the task itself.
test('sends and sets what a call before got no further with than writing it down', async () => {
  const late = await composition.contracts(['late-jobs', 'late-wakeups']);
  const jobs = late['late-jobs'] as Queue<Note>;
  const wakeups = late['late-wakeups'] as Timer<Note>;
  const send = () => jobs.send({ id: 'j' }, { dedupeId: 'x' });
  const set = () => wakeups.set('w', 1_000, { id: 'w' });
  await expect(send()).rejects.toMatchObject({ code: 'not-found' });
  await expect(set()).rejects.toMatchObject({ code: 'not-found' });
  await createQueue(lateJobs);
  const job = firstDelivery('/all', jobs, 'work');
  await send();
  expect((await job).message).toEqual({ id: 'j' });
  await createQueue(lateWakeups);
  const wakeup = firstDelivery('/all', wakeups, 'wake');
  await set();
  expect(await wakeup).toMatchObject({ id: 'w', at: 1_000 });
});

test('composes objects that find their bucket by the project', async () => {
  const { files } = (await composition.contracts(['files'])) as { files: Objects };
  await expect(files.put('a', new Uint8Array(1))).rejects.toMatchObject({ code: 'not-found' });
  const place = { project: 'portolan-composed' };
  const resources = cloudStorageResources('composed', ports.files as ObjectsPort, [], place);
  await createStorage(storageOf(engine), restOf(engine.port, 'v1'), resources);
  expect((await files.put('a', new Uint8Array([1, 2, 3]))).kind).toBe('written');
  const found = await files.get('a', { range: { from: 1 } });
  expect([...(await bytesOf(found!.body, 10))]).toEqual([2, 3]);
});

test('tells a topic that does not exist as such', async () => {
  const { orders, news } = (await composition.contracts(['orders', 'news'])) as {
    orders: Queue<Note>;
    news: Topic<Note>;
  };
  await expect(orders.send({ id: 'o' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(news.publish({ id: 'n' })).rejects.toMatchObject({ code: 'not-found' });
});

test('names the triggers of each port and the parts it is built on', () => {
  const triggersOf = (name: string) => {
    const { adapter, port } = composition.bindings.get(name)!;
    return adapter.triggers({ service: 'composed', port, subscription: 'audit' }).map(({ resource }) => resource);
  };
  expect(triggersOf('jobs')).toEqual(['composed-jobs']);
  expect(triggersOf('wakeups')).toEqual(['composed-wakeups']);
  expect(triggersOf('files')).toEqual([
    ...['composed-files-audit', 'composed-files-audit-again', 'composed-files-audit-dead'],
  ]);
  expect(triggersOf('orders')).toEqual(['composed-orders', 'composed-orders-dead']);
  expect(triggersOf('news')).toEqual(['composed-news-audit', 'composed-news-audit-again', 'composed-news-audit-dead']);
  expect([...composition.bindings.keys()].sort()).toEqual([
    ...['files', 'jobs', 'jobs-dead', 'jobs-ids', 'late-jobs', 'late-jobs-dead', 'late-jobs-ids'],
    ...['late-wakeups', 'late-wakeups-dead', 'late-wakeups-set'],
    ...['news', 'news-dead', 'notes', 'orders', 'orders-dead', 'orders-held'],
    ...['wakeups', 'wakeups-dead', 'wakeups-set'],
  ]);
});

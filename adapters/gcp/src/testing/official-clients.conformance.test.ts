import { startEngine } from '@portolan/conformance/engine';
import { FieldValue, Firestore } from '@google-cloud/firestore';
import { v1 as pubsubApi } from '@google-cloud/pubsub';
import { CloudTasksClient } from '@google-cloud/tasks';
import { OAuth2Client } from 'google-auth-library';
import { startFunctionServer } from './function-server.ts';

// Google's own clients hold our doubles to the wire: what they cannot read, or read otherwise, fails here.
const engine = await startEngine(new URL('./gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

function credentials(): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: 'of a test', expiry_date: Date.now() + 86_400_000 });
  return client;
}

const rest = () => ({
  fallback: 'rest' as const,
  protocol: 'http',
  apiEndpoint: '127.0.0.1',
  port: engine.port,
  projectId: 'official',
  authClient: credentials() as never,
});

describe("Firestore's client over REST", () => {
  const firestore = new Firestore({
    projectId: 'official',
    host: '127.0.0.1',
    port: engine.port,
    ssl: false,
    preferRest: true,
    fallback: 'rest',
    authClient: credentials() as never,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  afterAll(() => firestore.terminate());
  const things = firestore.collection('things');

  test('reads what it wrote, increments, and is refused what exists', async () => {
    const one = things.doc('one');
    await one.create({ n: 1, text: 'é', deep: { list: ['a'] } });
    await expect(one.create({ n: 2 })).rejects.toMatchObject({ code: 6 });
    await one.update({ n: FieldValue.increment(2), 'deep.more': true });
    expect((await one.get()).data()).toEqual({ n: 3, text: 'é', deep: { list: ['a'], more: true } });
    expect((await things.doc('none').get()).exists).toBe(false);
  });

  test('checks the time of the last update', async () => {
    const two = things.doc('two');
    const { writeTime } = await two.set({ n: 1 });
    await two.update({ n: 2 }, { lastUpdateTime: writeTime });
    await expect(two.update({ n: 3 }, { lastUpdateTime: writeTime })).rejects.toMatchObject({ code: 9 });
    await two.delete();
    expect((await two.get()).exists).toBe(false);
  });

  test('retries a transaction that another writer came between', async () => {
    const three = things.doc('three');
    await three.set({ n: 1 });
    let runs = 0;
    await firestore.runTransaction(async (transaction) => {
      const { n } = (await transaction.get(three)).data() as { n: number };
      if (++runs === 1) await three.update({ n: 10 });
      transaction.update(three, { n: n + 1 });
    });
    expect([runs, (await three.get()).data()]).toEqual([2, { n: 11 }]);
  });

  test('queries a range in order, page by page', async () => {
    const places = firestore.collection('places');
    for (const key of ['b', 'a', 'd', 'c']) await places.doc(key).set({ key });
    const query = places.where('key', '>=', 'b').orderBy('key', 'desc').limit(2);
    const first = await query.get();
    expect(first.docs.map(({ id }) => id)).toEqual(['d', 'c']);
    const second = await query.startAfter(first.docs.at(-1)!).get();
    expect(second.docs.map(({ id }) => id)).toEqual(['b']);
  });
});

test("Cloud Tasks' client creates, lists and deletes tasks, and sees the function called", async () => {
  const client = new CloudTasksClient(rest() as never);
  await using server = await startFunctionServer();
  const called = new Promise<string>((resolve) =>
    server.serve('/called', async ({ headers, body }) => {
      resolve(`${String(headers['x-cloudtasks-taskretrycount'])} ${String(body)}`);
    }),
  );
  const parent = client.locationPath('official', 'europe-west1');
  const queue = client.queuePath('official', 'europe-west1', 'jobs');
  await client.createQueue({ parent, queue: { name: queue } });
  const task = (name: string, seconds: number) => ({
    name: `${queue}/tasks/${name}`,
    scheduleTime: { seconds },
    httpRequest: { httpMethod: 'POST' as const, url: server.urlOf('/called'), body: Buffer.from('hello') },
  });
  const later = Math.floor(engine.now() / 1_000) + 3_600;
  await client.createTask({ parent: queue, task: task('later', later) });
  await expect(client.createTask({ parent: queue, task: task('later', later) })).rejects.toMatchObject({ code: 6 });
  await expect(client.createTask({ parent: queue, task: task('far', later + 31 * 86_400) })).rejects.toMatchObject({
    code: 3,
  });
  const [tasks] = await client.listTasks({ parent: queue });
  expect(tasks.map(({ name }) => name)).toEqual([`${queue}/tasks/later`]);
  await client.deleteTask({ name: `${queue}/tasks/later` });
  await expect(client.getTask({ name: `${queue}/tasks/later` })).rejects.toMatchObject({ code: 5 });
  await client.createTask({ parent: queue, task: task('now', 0) });
  expect(await called).toBe('0 hello');
  await client.close();
});

test("Pub/Sub's clients publish, pull, acknowledge and are refused what does not exist", async () => {
  const publisher = new pubsubApi.PublisherClient(rest() as never);
  const subscriber = new pubsubApi.SubscriberClient(rest() as never);
  const topic = 'projects/official/topics/news';
  const subscription = 'projects/official/subscriptions/news';
  await expect(publisher.getTopic({ topic })).rejects.toMatchObject({ code: 5 });
  await publisher.createTopic({ name: topic });
  await subscriber.createSubscription({ name: subscription, topic, filter: 'attributes.type = "made"' });
  const messages = ['made', 'sold'].map((type) => ({ data: Buffer.from(type), attributes: { type } }));
  const [{ messageIds }] = await publisher.publish({ topic, messages });
  expect(messageIds).toHaveLength(2);
  const pull = async () =>
    (await subscriber.pull({ subscription, maxMessages: 10, returnImmediately: true }))[0].receivedMessages ?? [];
  const [first, ...rest1] = await pull();
  expect([String(first?.message?.data), rest1.length]).toEqual(['made', 0]);
  expect(await pull()).toEqual([]);
  await subscriber.modifyAckDeadline({ subscription, ackIds: [first!.ackId!], ackDeadlineSeconds: 0 });
  const [again] = await pull();
  expect(again?.message?.messageId).toBe(first?.message?.messageId);
  await subscriber.acknowledge({ subscription, ackIds: [again!.ackId!] });
  await engine.pass(60_000);
  expect(await pull()).toEqual([]);
  // A pull waits for what comes.
  const waiting = subscriber.pull({ subscription, maxMessages: 10 });
  await publisher.publish({ topic, messages: [messages[0]!] });
  expect(String((await waiting)[0].receivedMessages?.[0]?.message?.data)).toBe('made');
  await subscriber.deleteSubscription({ subscription });
  await expect(subscriber.getSubscription({ subscription })).rejects.toMatchObject({ code: 5 });
  await Promise.all([publisher.close(), subscriber.close()]);
});

import { days, PoisonMessage, queue, RetryLater, type ContractOf, type PortError } from '@portolan/kernel';
import { queueClients } from '../clients/queue-clients.ts';
import { anything } from '../testing/anything.ts';
import { QueueHarness } from '../testing/queue-harness.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { queueResources } from './resources.ts';
import { maxQueueMessageBytes } from './storage-queue-adapter.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

const jobs = queue('jobs', {
  message: anything<unknown>(),
  maxDelayMs: days(30),
  maxMessageBytes: maxQueueMessageBytes,
  retry: { maxAttempts: 2, baseMs: 1, capMs: 1 },
});
type Jobs = ContractOf<typeof jobs>;

const trace = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  correlationId: 'c'.repeat(200),
};
const poison = () => Promise.reject(new PoisonMessage('\u0001'.repeat(600)));

test('carries the largest message, with its trace, to the dead letters and back', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(jobs);
  const message = '中'.repeat((maxQueueMessageBytes - 2) / 3);
  const { stop } = await harness.consume(jobs, (batch) => batch.map(poison));
  await open.send(message, { trace });
  await harness.settle();
  await stop();
  const [letter] = (await open.deadLetters()).items;
  expect(letter?.message === message).toBe(true);
  expect(await open.redrive()).toBe(1);
  const received: unknown[] = [];
  await harness.consume(jobs, (batch) => batch.map(async (delivery) => void received.push(delivery.message)));
  await harness.settle();
  expect(received[0] === message).toBe(true);
});

test('waits longer than the 7 days that a queue can, by sending the message on', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(jobs);
  const received: number[] = [];
  await harness.consume(jobs, (batch) => batch.map(async () => void received.push(harness.now())));
  const sentAt = harness.now();
  await open.send({ n: 1 }, { delayMs: days(20) });
  await harness.pass(days(20) - 60_000);
  expect(received).toEqual([]);
  await harness.pass(62_000);
  expect(received).toHaveLength(1);
  expect(received[0]! - sentAt).toBeGreaterThanOrEqual(days(20));
});

test('puts a message off for longer than 7 days where its handler asks for that', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(jobs);
  const attempts: number[] = [];
  await harness.consume(jobs, (batch) =>
    batch.map(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) throw new RetryLater(days(10));
    }),
  );
  await open.send({ n: 1 });
  await harness.pass(days(10) - 60_000);
  expect(attempts).toEqual([1]);
  await harness.pass(62_000);
  expect(attempts).toEqual([1, 1]);
});

test('shows the 32 oldest of more dead letters, and sends all of them back', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(jobs);
  const { stop } = await harness.consume(jobs, (batch) => batch.map(poison));
  await open.sendBatch(Array.from({ length: 40 }, (_, n) => ({ message: n })));
  await harness.settle();
  await stop();
  expect((await everyLetter(open, 20)).length).toBe(32);
  expect(await open.redrive({ limit: 35 })).toBe(35);
  expect((await everyLetter(open, 20)).length).toBe(5);
  expect(await open.redrive()).toBe(5);
});

async function everyLetter(open: Jobs, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await open.deadLetters({ limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

test('counts what the host gave up among the dead letters', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(jobs);
  await open.send({ n: 1 });
  const { queue: name, deadLetters } = queueResources(harness.service, jobs.name);
  const from = await harness.clients.client('AzureWebJobsStorage', name);
  const to = await harness.clients.client('AzureWebJobsStorage', deadLetters);
  const [taken] = (await from.receiveMessages()).receivedMessageItems;
  // As the host does after maxDequeueCount deliveries that crashed the function.
  await to.sendMessage(taken!.messageText);
  await from.deleteMessage(taken!.messageId, taken!.popReceipt);
  const { items } = await open.deadLetters();
  expect(items).toMatchObject([{ message: { n: 1 }, reason: expect.stringContaining('Functions host') }]);
  expect(await open.redrive()).toBe(1);
});

test('takes messages that others put into its queue for messages by themselves', async () => {
  await using harness = new QueueHarness(engine);
  await harness.open(jobs);
  const client = await harness.clients.client('AzureWebJobsStorage', queueResources(harness.service, jobs.name).queue);
  await client.sendMessage(Buffer.from('{"plain":true}').toString('base64'));
  const received: unknown[] = [];
  await harness.consume(jobs, (batch) => batch.map(async (delivery) => void received.push(delivery.message)));
  await harness.settle();
  expect(received).toEqual([{ plain: true }]);
});

test('tells errors of the engine by their codes', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(jobs);
  const codeOf = (error: unknown): string => (error as PortError).code;
  const client = await harness.clients.client('AzureWebJobsStorage', queueResources(harness.service, jobs.name).queue);
  await client.delete();
  expect(await open.send({ n: 1 }).catch(codeOf)).toBe('not-found');
  const [result] = await open.sendBatch([{ message: { n: 1 } }]);
  expect(result?.kind === 'failed' && codeOf(result.error)).toBe('not-found');
  const denied = queueClients({
    AzureWebJobsStorage: engine.env['AzureWebJobsStorage']!.replace(/AccountKey=\w{8}/, 'AccountKey=AAAAAAAA'),
  });
  const stranger = await harness.openWith(jobs, denied);
  expect(await stranger.send({ n: 1 }).catch(codeOf)).toBe('unauthorized');
});

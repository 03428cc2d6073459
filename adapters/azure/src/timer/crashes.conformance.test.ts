import { days, timer, type Delivery } from '@portolan/kernel';
import { crashingClients } from '../testing/crashing-clients.ts';
import { anything } from '../testing/anything.ts';
import { QueueHarness } from '../testing/queue-harness.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { queueResources } from '../queue/resources.ts';
import { graceMs } from './storage-queue-timer.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

const alarms = timer('alarms', { payload: anything<{ n: number }>(), retry: { maxAttempts: 2, baseMs: 1, capMs: 1 } });

/** Consumes alarms, and keeps them. */
async function keeping(harness: QueueHarness): Promise<Delivery[]> {
  const received: Delivery[] = [];
  await harness.consume(alarms, (batch) => batch.map(async (delivery) => void received.push(delivery)));
  return received;
}

async function messagesIn(harness: QueueHarness): Promise<number> {
  const name = queueResources(harness.service, alarms.name).queue;
  const client = await harness.clients.client('AzureWebJobsStorage', name);
  return (await client.getProperties()).approximateMessagesCount ?? 0;
}

test('fires a timer whose set had to be repeated after a crash, at whatever step', async () => {
  for (const done of [false, true]) {
    await using harness = new QueueHarness(engine);
    const open = await harness.open(alarms);
    const at = harness.now() + 3_000;
    const dying = await harness.openTimer(alarms, crashingClients(harness.tables, { atWrite: 1, done }));
    await expect(dying.set('a', at, { n: 1 })).rejects.toThrow();
    await open.set('a', at, { n: 2 });
    const received = await keeping(harness);
    await harness.pass(5_000);
    expect(received.map(({ message }) => message)).toEqual([{ n: done ? 1 : 2 }]);
    // The message of the set that was lost is found to be stale.
    await harness.pass(graceMs + 2_000);
    expect(received).toHaveLength(1);
    expect(await messagesIn(harness)).toBe(0);
  }
});

test('fires again where the process ended between the handler and its row', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(alarms);
  const at = harness.now() + 1_000;
  await open.set('a', at, { n: 1 });
  const dying = await harness.openTimer(alarms, crashingClients(harness.tables, { atWrite: 1, done: false }));
  const received: Delivery[] = [];
  const { stop } = await harness.consumeWith(dying, alarms, (batch) =>
    batch.map(async (delivery) => void received.push(delivery)),
  );
  await harness.pass(2_000);
  await stop();
  expect(received.length).toBeGreaterThan(0);
  const after = await keeping(harness);
  await harness.pass(5_000);
  expect(after.map(({ id, attempt }) => [id, attempt])).toEqual([['a', 1]]);
  await harness.pass(10_000);
  expect(after).toHaveLength(1);
  expect(await messagesIn(harness)).toBe(0);
});

test('sends a timer on for years, as one message, and drops a cancelled one at its next stop', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(alarms);
  const at = harness.now() + days(400);
  await open.set('stays', at, { n: 1 });
  await open.set('goes', at, { n: 2 });
  await open.cancel('goes', at);
  const received = await keeping(harness);
  await harness.pass(days(8));
  expect(await messagesIn(harness)).toBe(1);
  await harness.pass(days(392) + 2_000);
  expect(received.map(({ id }) => id)).toEqual(['stays']);
});

test('takes the message of a timer back that was set already', async () => {
  await using harness = new QueueHarness(engine);
  const open = await harness.open(alarms);
  const at = harness.now() + days(1);
  for (const n of [1, 2, 3]) await open.set('a', at, { n });
  expect(await messagesIn(harness)).toBe(1);
});

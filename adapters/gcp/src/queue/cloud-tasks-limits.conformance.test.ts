import { compose } from '@portolan/composition';
import { startEngine } from '@portolan/conformance/engine';
import { days, queue, seconds, service, type Delivery, type Schema } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { tasksHarness } from '../testing/tasks-harness.ts';
import { cloudTasksQueue, maxTaskMessageBytes } from './cloud-tasks-queue.ts';

interface Job {
  readonly n: number;
  readonly text?: string;
}
const anything: Schema<Job> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Job }) },
};
const jobs = queue('jobs', {
  message: anything,
  maxDelayMs: days(100),
  maxMessageBytes: maxTaskMessageBytes,
  dedupe: true,
});

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

async function bench() {
  const harness = await tasksHarness(engine);
  const came: (Delivery<Job> & { readonly cameAt: number })[] = [];
  const contract = await harness.open(jobs);
  await harness.consume(jobs, (batch) =>
    batch.map(async (one) => void came.push({ ...(one as Delivery<Job>), cameAt: harness.now() })),
  );
  return { harness, jobs: contract, came, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

test('delays a message beyond the 30 days of Cloud Tasks, in steps that use no attempt up', async () => {
  await using under = await bench();
  const sentAt = under.harness.now();
  await under.jobs.send({ n: 1 }, { delayMs: days(100) });
  await under.harness.pass(days(100) - seconds(60));
  expect(under.came).toEqual([]);
  await under.harness.pass(seconds(61));
  expect(under.came.map(({ attempt }) => attempt)).toEqual([1]);
  expect(under.came[0]!.cameAt - sentAt).toBeGreaterThanOrEqual(days(100));
});

test('carries a message that fills the limit', async () => {
  await using under = await bench();
  const text = 'é'.repeat((maxTaskMessageBytes - JSON.stringify({ n: 1, text: '' }).length) / 2);
  await under.jobs.send({ n: 1, text }, { delayMs: 1, dedupeId: 'x' });
  await under.harness.pass(seconds(1));
  expect(under.came[0]?.message.text).toBe(text);
});

test('refuses a queue whose messages Cloud Tasks cannot hold, before anything runs', () => {
  const larger = queue('larger', { message: anything, maxMessageBytes: maxTaskMessageBytes + 1 });
  const environment = nodeEnvironment(new VirtualAlarm());
  expect(() => compose(service('s', { larger }, {}), 'gcp', { larger: cloudTasksQueue() }, { environment })).toThrow(
    /port "larger" asks for maxMessageBytes .* cloudTasksQueue allows .*; bind pubsubQueue/,
  );
});

test('keeps a message as a dead letter that no call with it was answered for', async () => {
  await using harness = await tasksHarness(engine);
  const contract = await harness.open(jobs);
  // A function that falls over as a whole, before anybody can say what becomes of the message.
  await harness.consume(jobs, () => {
    throw new Error('out of memory');
  });
  await contract.send({ n: 7 });
  await harness.pass(days(2));
  const { items } = await contract.deadLetters();
  expect(items).toMatchObject([{ message: { n: 7 }, attempts: 100 }]);
  expect(items[0]?.reason).toMatch(/no answer to 100 deliveries/);
});

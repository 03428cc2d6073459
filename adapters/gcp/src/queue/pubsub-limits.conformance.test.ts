import { startEngine } from '@portolan/conformance/engine';
import { days, hours, queue, RetryLater, seconds, type Delivery, type Schema } from '@portolan/kernel';
import { doubledPubsub } from '../testing/doubled-pubsub.ts';
import { maxPubsubMessageBytes } from './publisher.ts';

interface Job {
  readonly n: number;
  readonly text?: string;
}
const anything: Schema<Job> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Job }) },
};
const retry = { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(600) };
const jobs = queue('jobs', { message: anything, maxMessageBytes: maxPubsubMessageBytes, retry });
const ordered = queue('ordered', { message: anything, ordered: true, retry });

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

type Answer = (one: Delivery<Job>, came: readonly Delivery<Job>[]) => void;

async function bench(port: typeof jobs | typeof ordered, answer: Answer = () => undefined) {
  const harness = await doubledPubsub(engine);
  const came: (Delivery<Job> & { readonly cameAt: number })[] = [];
  const contract = await harness.open(port);
  const start = () =>
    harness.consume(port, (batch) =>
      batch.map(async (one) => {
        came.push({ ...(one as Delivery<Job>), cameAt: harness.now() });
        answer(one as Delivery<Job>, came);
      }),
    );
  return { harness, jobs: contract, came, start, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

test('carries a message that fills the limit, and a batch of more than one request', async () => {
  await using under = await bench(jobs);
  const text = 'é'.repeat((maxPubsubMessageBytes - JSON.stringify({ n: 1, text: '' }).length) / 2);
  await under.jobs.send({ n: 1, text });
  const third = { n: 2, text: text.slice(0, text.length / 3) };
  const results = await under.jobs.sendBatch(Array.from({ length: 5 }, () => ({ message: third })));
  expect(results).toEqual(Array(5).fill({ kind: 'sent' }));
  await under.start();
  await under.harness.pass(seconds(1));
  expect(under.came.map(({ message }) => message.n).sort()).toEqual([1, 2, 2, 2, 2, 2]);
  expect(under.came.find(({ message }) => message.n === 1)?.message.text).toBe(text);
});

test.each([
  ['a copy', jobs],
  ['its place', ordered],
])('waits for a day in %s without using an attempt up, or up what Pub/Sub counts to', async (_, port) => {
  await using under = await bench(port, (_one, came) => {
    if (came.length === 1) throw new RetryLater(days(1));
  });
  await under.start();
  await under.jobs.send({ n: 1 });
  await under.harness.pass(days(1) + hours(1));
  expect(under.came.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(under.came[1]!.cameAt - under.came[0]!.cameAt).toBeGreaterThanOrEqual(days(1));
  expect((await under.jobs.deadLetters()).items).toEqual([]);
});

test('keeps a message as a dead letter that no delivery of it was answered for', async () => {
  await using under = await bench(jobs);
  // A function that falls over as a whole, before anybody can say what becomes of the message.
  await under.harness.consume(jobs, () => {
    throw new Error('out of memory');
  });
  await under.jobs.send({ n: 7 });
  await under.harness.pass(days(1));
  const { items } = await under.jobs.deadLetters();
  expect(items).toMatchObject([{ message: { n: 7 }, attempts: 100 }]);
  expect(items[0]?.reason).toMatch(/no answer to 100 deliveries/);
});

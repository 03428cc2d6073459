import { queue, type Delivery, type Queue } from '@portolan/kernel';
import * as z from 'zod';
import { LocalHarness } from '../testing/local-harness.ts';

const retry = { maxAttempts: 3, baseMs: 1_000, capMs: 10_000 };
const jobs = queue('jobs', {
  message: z.object({ n: z.number() }),
  retry,
  visibilityMs: 30_000,
  maxDelayMs: 86_400_000,
});
const ordered = queue('lines', { message: z.object({ n: z.number() }), ordered: true, retry, visibilityMs: 30_000 });

async function listen(
  harness: LocalHarness,
  port: typeof jobs | typeof ordered,
  answer: (delivery: Delivery) => Promise<void> = async () => {},
) {
  const got: { n: number; attempt: number }[] = [];
  const consumption = await harness.consume(port, (batch) =>
    batch.map((delivery) => {
      got.push({ n: (delivery.message as { n: number }).n, attempt: delivery.attempt });
      return answer(delivery);
    }),
  );
  return { got, consumption };
}

const never = () => new Promise<void>(() => {});

test('counts an attempt before it is made, so that a message which kills the process is buried in the end', async () => {
  await using harness = new LocalHarness();
  await ((await harness.open(jobs)) as Queue).send({ n: 1 });
  for (let attempt = 1; attempt <= 3; attempt++) {
    const { got } = await listen(harness, jobs, never);
    await harness.settle();
    expect(got).toEqual([{ n: 1, attempt }]);
    await harness.restart();
  }
  const { got } = await listen(harness, jobs, never);
  await harness.settle();
  expect(got).toEqual([]);
  expect((await ((await harness.open(jobs)) as Queue).deadLetters()).items).toMatchObject([
    { message: { n: 1 }, attempts: 3, reason: 'attempt 3 was the last and got no answer: the process ended' },
  ]);
});

test('frees the next of a key when the one before it is buried after a crash', async () => {
  await using harness = new LocalHarness();
  const lines = (await harness.open(ordered)) as Queue;
  for (const n of [1, 2]) await lines.send({ n }, { orderingKey: 'k' });
  for (let attempt = 1; attempt <= 3; attempt++) {
    const { got } = await listen(harness, ordered, never);
    await harness.settle();
    expect(got).toEqual([{ n: 1, attempt }]);
    await harness.restart();
  }
  const { got } = await listen(harness, ordered);
  await harness.settle();
  expect(got).toEqual([{ n: 2, attempt: 1 }]);
});

test('holds nothing up that was sent without a delay when the clock is set back', async () => {
  await using harness = new LocalHarness();
  const { got } = await listen(harness, jobs);
  harness.alarm.set(harness.now() - 86_400_000);
  await ((await harness.open(jobs)) as Queue).send({ n: 1 });
  await harness.settle();
  expect(got).toEqual([{ n: 1, attempt: 1 }]);
});

test('has one consumer at a time, and another one after it', async () => {
  await using harness = new LocalHarness();
  const { consumption } = await listen(harness, jobs);
  await expect(listen(harness, jobs)).rejects.toMatchObject({ code: 'invalid' });
  await consumption.stop();
  const { got } = await listen(harness, jobs);
  await ((await harness.open(jobs)) as Queue).send({ n: 1 });
  await harness.settle();
  expect(got).toEqual([{ n: 1, attempt: 1 }]);
});

test('fails all of a batch whose consumer throws instead of answering', async () => {
  await using harness = new LocalHarness();
  const sent = (await harness.open(jobs)) as Queue;
  await harness.consume(jobs, () => {
    throw new RangeError('broken');
  });
  await sent.sendBatch([{ message: { n: 1 } }, { message: { n: 2 } }]);
  await harness.pass(60_000);
  const { items } = await sent.deadLetters();
  expect(items.map(({ message }) => (message as { n: number }).n).sort()).toEqual([1, 2]);
  for (const { attempts, reason } of items)
    expect({ attempts, reason }).toEqual({ attempts: 3, reason: 'RangeError: broken' });
});

test('redrives all dead letters, however many, and none that died meanwhile', async () => {
  await using harness = new LocalHarness();
  const sent = (await harness.open(jobs)) as Queue;
  await sent.sendBatch(Array.from({ length: 1_000 }, (_, n) => ({ message: { n } })));
  await sent.sendBatch(Array.from({ length: 200 }, (_, n) => ({ message: { n: n + 1_000 } })));
  await listen(harness, jobs, () => Promise.reject(new Error('no')));
  await harness.pass(120_000);
  expect(await sent.redrive()).toBe(1_200);
  await harness.pass(120_000);
  const seen = new Set<number>();
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await sent.deadLetters(cursor === undefined ? {} : { cursor });
    for (const { message } of page.items) seen.add((message as { n: number }).n);
    cursor = page.cursor;
  }
  expect(seen.size).toBe(1_200);
  // Thousands of commits: where others keep the disk busy, they take their time.
}, 60_000);

test('goes on when the disk refused to take answers and attempts for a while', async () => {
  await using harness = new LocalHarness();
  const sent = (await harness.open(jobs)) as Queue;
  await sent.send({ n: 1 });
  const { got } = await listen(harness, jobs);
  harness.engine.read(() => harness.engine.statement('PRAGMA query_only = ON').get());
  await harness.pass(5_000);
  expect(got).toEqual([]);
  harness.engine.read(() => harness.engine.statement('PRAGMA query_only = OFF').get());
  await harness.pass(5_000);
  expect(got).toEqual([{ n: 1, attempt: 1 }]);
});

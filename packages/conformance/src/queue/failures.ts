import assert from 'node:assert/strict';
import { PoisonMessage, PortError, RetryLater, seconds } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { eventually, refuses, within } from '../suite/expect.ts';
import { Gate } from '../suite/inbox.ts';
import { dead, delivered, failing, jobs, lifeMs, queueCase, retryMs } from './jobs.ts';

const { maxAttempts, baseMs } = jobs.retry;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** What becomes of messages whose handler fails: attempts, backoff, dead letters. */
export const failureCases: readonly Case[] = [
  queueCase('counts attempts from 1, one by one', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ attempt }) => (attempt < maxAttempts ? failing() : undefined));
    await queue.send({ n: 1 });
    await within(harness, lifeMs, () => assert.equal(inbox.received.length, maxAttempts));
    assert.deepEqual(
      inbox.received.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
  }),
  queueCase('waits between attempts, and no longer than the declared backoff', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ attempt }) => (attempt === 1 ? failing() : undefined));
    await queue.sendBatch(numbers(20).map((n) => ({ message: { n } })));
    await eventually(harness, () => assert.ok(new Set(inbox.messages.map(({ n }) => n)).size === 20));
    await within(harness, baseMs + seconds(2), () => assert.equal(inbox.received.length, 40));
    const gaps = numbers(20).map((n) => {
      const [first, second] = inbox.those((job) => job.n === n);
      return second!.receivedAt - first!.receivedAt;
    });
    // A draw decides each wait: some are near 0, but not all of twenty.
    assert.ok(Math.max(...gaps) >= 100, 'every message came again at once');
    const slackMs = seconds(1) * (harness.patience ?? 1);
    assert.ok(Math.max(...gaps) <= baseMs + slackMs, `waits of ${gaps.join(', ')} ms`);
  }),
  queueCase('gives a message to the dead letters after its last attempt, with the last reason', async (bench) => {
    const inbox = await bench.consume(({ attempt }) => failing(`no ${attempt}`));
    const before = bench.harness.now();
    await bench.queue.send({ n: 1, body: ['é'] });
    const [letter] = await dead(bench.harness, bench.queue, 1);
    assert.deepEqual(letter?.message, { n: 1, body: ['é'] });
    assert.equal(letter?.attempts, maxAttempts);
    assert.match(letter.reason, /no 3/);
    assert.ok(letter.deadAt >= before && letter.deadAt <= bench.harness.now() + 1_000, `dead at ${letter.deadAt}`);
    assert.equal(letter.id, inbox.received[0]?.id);
    await bench.harness.pass(lifeMs);
    assert.equal(inbox.received.length, maxAttempts);
  }),
  queueCase('gives poison to the dead letters at once, with its reason', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ message }) => {
      if (message.n === 1) throw new PoisonMessage('malformed: no such order');
    });
    await queue.sendBatch([{ message: { n: 1 } }, { message: { n: 2 } }]);
    const [letter] = await dead(harness, queue, 1);
    assert.deepEqual(letter?.message, { n: 1 });
    assert.equal(letter?.attempts, 1);
    assert.match(letter.reason, /malformed: no such order/);
    await harness.pass(lifeMs);
    await delivered(harness, inbox, [1, 2]);
  }),
  queueCase('gives a message to the dead letters at once where the adapter can never do its work', async (bench) => {
    const inbox = await bench.consume(() => {
      throw new PortError('unsupported', 'no such thing here');
    });
    await bench.queue.send({ n: 1 });
    const [letter] = await dead(bench.harness, bench.queue, 1);
    assert.match(letter!.reason, /no such thing here/);
    assert.equal(inbox.only().attempt, 1);
  }),
  queueCase('brings a message back no sooner than its handler asked for', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ message }) => {
      if (inbox.received.length === 1) throw new RetryLater(3_000, `busy with ${message.n}`);
    });
    await queue.send({ n: 1 });
    await within(harness, seconds(8), () => assert.equal(inbox.received.length, 2));
    const [first, second] = inbox.received;
    assert.ok(second!.receivedAt - first!.receivedAt >= 3_000, `${second!.receivedAt - first!.receivedAt} ms`);
  }),
  queueCase('uses no attempt up when a handler asks for a later delivery', async ({ queue, harness, consume }) => {
    const laters = maxAttempts + 1;
    const inbox = await consume(() => {
      if (inbox.received.length <= laters) throw new RetryLater(1_000);
      if (inbox.received.length < laters + maxAttempts) failing();
    });
    await queue.send({ n: 1 });
    await within(harness, seconds(2 * laters) + lifeMs, () =>
      assert.equal(inbox.received.length, laters + maxAttempts),
    );
    await harness.pass(lifeMs);
    assert.deepEqual((await queue.deadLetters()).items, []);
    assert.equal(inbox.received.length, laters + maxAttempts);
  }),
  queueCase('delivers again what is not answered within the visibility time', async ({ queue, harness, consume }) => {
    const gate = new Gate();
    try {
      const inbox = await consume(({ attempt }) => (attempt === 1 ? gate.opened : undefined));
      await queue.send({ n: 1 });
      await eventually(harness, () => inbox.only());
      const limitMs = jobs.visibilityMs + retryMs + seconds(5);
      await within(harness, limitMs, () => assert.ok(inbox.received.length > 1, 'it never came again'));
      const [first, second] = inbox.received;
      assert.ok(
        second!.receivedAt - first!.receivedAt >= jobs.visibilityMs,
        'it came again while it was being handled',
      );
      assert.equal(second!.attempt, 2);
    } finally {
      gate.open();
    }
  }),
  queueCase('goes on with other messages while one is not answered', async ({ queue, harness, consume }) => {
    const gate = new Gate();
    try {
      const inbox = await consume(({ message }) => (message.n === 0 ? gate.opened : undefined));
      for (const n of [0, 1, 2]) await queue.send({ n });
      await delivered(harness, inbox, [0, 1, 2]);
    } finally {
      gate.open();
    }
  }),
  queueCase('keeps failed attempts and dead letters over a restart', async ({ queue, harness, consume }) => {
    const first = await consume(({ message }) => {
      if (message.n === 1) throw new PoisonMessage('bad');
      failing();
    });
    await queue.sendBatch([{ message: { n: 1 } }, { message: { n: 2 } }]);
    await dead(harness, queue, 1);
    await eventually(harness, () => assert.ok(first.those(({ n }) => n === 2).length > 0));
    const { restart } = harness;
    await restart?.call(harness);
    const reopened = await harness.open(jobs);
    const second = restart === undefined ? first : await consume(() => failing());
    const letters = await dead(harness, reopened, 2);
    assert.deepEqual(new Set(letters.map(({ message }) => message.n)), new Set([1, 2]));
    const last = [...first.received, ...second.received]
      .filter(({ message }) => message.n === 2)
      .map(({ attempt }) => attempt);
    assert.equal(Math.max(...last), maxAttempts);
  }),
  queueCase('lists every dead letter once, whatever the page size, and leaves them where they are', async (bench) => {
    await killAll(bench, 5);
    for (let limit = 1; limit <= 6; limit++) {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await bench.queue.deadLetters({ limit, ...(cursor === undefined ? {} : { cursor }) });
        assert.ok(page.items.length <= limit && found.length <= 5, 'the pages do not come to an end');
        found.push(...page.items.map(({ message }) => message.n));
        cursor = page.cursor;
      } while (cursor !== undefined);
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        numbers(5),
        `limit ${limit}`,
      );
    }
  }),
  queueCase('refuses a limit of dead letters outside 1 to 100, and a cursor that no page gave', async ({ queue }) => {
    for (const limit of [0, 101, 1.5]) await refuses('invalid', () => queue.deadLetters({ limit }), `limit ${limit}`);
    await refuses('invalid', () => queue.deadLetters({ cursor: 'junk' }), 'cursor');
  }),
  queueCase('delivers redriven dead letters again, attempts from 1', async (bench) => {
    const consumption = await killAll(bench, 3);
    await consumption.stop();
    assert.equal(await bench.queue.redrive(), 3);
    assert.deepEqual((await bench.queue.deadLetters()).items, []);
    const inbox = await bench.consume(({ attempt }) => (attempt < maxAttempts ? failing() : undefined));
    await within(bench.harness, lifeMs, () => assert.equal(inbox.received.length, 3 * maxAttempts));
    for (const n of numbers(3)) {
      assert.deepEqual(
        inbox.those((job) => job.n === n).map(({ attempt }) => attempt),
        [1, 2, 3],
        `message ${n}`,
      );
    }
    await bench.harness.pass(lifeMs);
    assert.deepEqual((await bench.queue.deadLetters()).items, []);
  }),
  queueCase('redrives no more dead letters than asked for, and tells how many', async (bench) => {
    const consumption = await killAll(bench, 5);
    await consumption.stop();
    assert.equal(await bench.queue.redrive({ limit: 2 }), 2);
    const left = await dead(bench.harness, bench.queue, 3);
    const inbox = await bench.consume();
    const moved = numbers(5).filter((n) => !left.some(({ message }) => message.n === n));
    await delivered(bench.harness, inbox, moved);
    assert.equal(await bench.queue.redrive(), 3);
    assert.equal(await bench.queue.redrive(), 0);
    await delivered(bench.harness, inbox, numbers(5));
  }),
];

/** Sends messages 0 to `count` and lets them die of poison. */
async function killAll({ queue, harness }: Parameters<Parameters<typeof queueCase>[1]>[0], count: number) {
  const consumption = await harness.consume(jobs, (batch) =>
    batch.map(async () => Promise.reject(new PoisonMessage('bad'))),
  );
  await queue.sendBatch(numbers(count).map((n) => ({ message: { n } })));
  await dead(harness, queue, count);
  return consumption;
}

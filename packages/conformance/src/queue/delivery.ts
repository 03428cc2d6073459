import assert from 'node:assert/strict';
import { maxSendEntries, seconds } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { eventually, refuses, within } from '../suite/expect.ts';
import { Gate } from '../suite/inbox.ts';
import { caseOver, delivered, failing, jobs, queueCase, retryMs, smallJobs, uniqueJobs, type Job } from './jobs.ts';

const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', correlationId: 'order 7/é' };
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Sending, and at-least-once delivery of what was sent. */
export const deliveryCases: readonly Case[] = [
  queueCase('delivers what is sent, and not again once it was handled', async ({ queue, harness, consume }) => {
    const inbox = await consume();
    for (const n of [1, 2, 3]) await queue.send({ n });
    await delivered(harness, inbox, [1, 2, 3]);
    await harness.pass(jobs.visibilityMs + retryMs);
    await delivered(harness, inbox, [1, 2, 3]);
  }),
  queueCase('keeps what is sent while nobody consumes', async ({ queue, harness, consume }) => {
    await queue.send({ n: 1 });
    await queue.sendBatch([{ message: { n: 2 } }, { message: { n: 3 } }]);
    await harness.pass(seconds(1));
    await delivered(harness, await consume(), [1, 2, 3]);
  }),
  queueCase('keeps what was sent over a restart', async ({ queue, harness, consume }) => {
    await queue.send({ n: 1 });
    await queue.sendBatch([{ message: { n: 2 } }]);
    await harness.restart?.();
    await harness.open(jobs);
    await delivered(harness, await consume(), [1, 2]);
  }),
  queueCase('delivers again what was under way when the process ended', async ({ queue, harness, consume }) => {
    const gate = new Gate();
    try {
      const inbox = await consume(({ attempt }) => (attempt === 1 ? gate.opened : undefined));
      await queue.send({ n: 1 });
      await eventually(harness, () => assert.deepEqual(inbox.messages, [{ n: 1 }]));
      await harness.restart?.();
      // Where the engine is not ours to end, the delivery is just never answered, which comes to the same.
      const after = harness.restart === undefined ? inbox : await consume();
      const again = await within(harness, jobs.visibilityMs + seconds(5), () => {
        const last = after.received.at(-1);
        assert.ok(last !== undefined && last !== inbox.received[0], 'it never came again');
        return last;
      });
      assert.deepEqual(again.message, { n: 1 });
      assert.equal(again.id, inbox.received[0]?.id);
    } finally {
      gate.open();
    }
  }),
  queueCase('answers a batch entry by entry, in order', async ({ queue, harness, consume }) => {
    const inbox = await consume();
    const results = await queue.sendBatch(numbers(25).map((n) => ({ message: { n } })));
    assert.deepEqual(results, Array(25).fill({ kind: 'sent' }));
    assert.deepEqual(await queue.sendBatch([]), []);
    await delivered(harness, inbox, numbers(25));
  }),
  queueCase('delivers each of 100 messages that are sent at one time', async ({ queue, harness, consume }) => {
    await Promise.all(numbers(100).map((n) => queue.send({ n })));
    await delivered(harness, await consume(), numbers(100), seconds(10));
  }),
  queueCase('takes 1,000 messages in one batch, and delivers each', async ({ queue, harness, consume }) => {
    const results = await queue.sendBatch(numbers(maxSendEntries).map((n) => ({ message: { n } })));
    assert.ok(results.length === maxSendEntries && results.every(({ kind }) => kind === 'sent'));
    await delivered(harness, await consume(undefined, 10), numbers(maxSendEntries), seconds(20));
  }),
  queueCase('refuses 1,001 messages in one batch, and sends none', async ({ queue, harness, consume }) => {
    const entries = numbers(maxSendEntries + 1).map((n) => ({ message: { n } }));
    await refuses('invalid', () => queue.sendBatch(entries), '1,001 entries');
    const inbox = await consume();
    await harness.pass(seconds(1));
    assert.deepEqual(inbox.messages, []);
  }),
  queueCase('calls the consumer with no more deliveries than its batch size', async ({ queue, harness, consume }) => {
    await queue.sendBatch(numbers(23).map((n) => ({ message: { n } })));
    const inbox = await consume(undefined, 5);
    await delivered(harness, inbox, numbers(23));
    assert.ok(Math.max(...inbox.batches) <= 5, `batches of ${inbox.batches.join(', ')}`);
  }),
  queueCase('delivers again just what failed of a batch', async ({ queue, harness, consume }) => {
    await queue.sendBatch(numbers(10).map((n) => ({ message: { n } })));
    const inbox = await consume(
      ({ message, attempt }) => (message.n % 3 === 0 && attempt === 1 ? failing() : undefined),
      10,
    );
    await delivered(harness, inbox, [...numbers(10), 0, 3, 6, 9], 2 * retryMs);
    await harness.pass(jobs.visibilityMs);
    await delivered(harness, inbox, [...numbers(10), 0, 3, 6, 9]);
  }),
  queueCase('names a message by one id in all its deliveries, and by another than every other', async (bench) => {
    const inbox = await bench.consume(({ attempt }) => (attempt < 3 ? failing() : undefined));
    await bench.queue.sendBatch(numbers(5).map((n) => ({ message: { n: n % 2 } })));
    await within(bench.harness, 4 * retryMs, () => assert.equal(inbox.received.length, 15));
    const attempts = Map.groupBy(inbox.received, ({ id }) => id);
    assert.deepEqual(
      [...attempts.values()].map((of) => of.map(({ attempt }) => attempt)),
      Array(5).fill([1, 2, 3]),
    );
  }),
  queueCase('tells when a message was sent, the same in every delivery', async ({ queue, harness, consume }) => {
    const before = harness.now();
    await queue.send({ n: 1 });
    const after = harness.now();
    await harness.pass(seconds(2));
    const inbox = await consume(({ attempt }) => (attempt === 1 ? failing() : undefined));
    await within(harness, 2 * retryMs, () => assert.equal(inbox.received.length, 2));
    const [first, second] = inbox.received.map(({ at }) => at);
    // Engines that stamp messages themselves do so in whole seconds, by a clock of their own.
    assert.ok(first! >= before - 1_000 && first! <= after + 1_000, `sent from ${before} to ${after}, said ${first}`);
    assert.equal(second, first);
  }),
  queueCase('carries the trace of each message', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ attempt }) => (attempt === 1 ? failing() : undefined));
    await queue.send({ n: 1 }, { trace });
    await queue.sendBatch([{ message: { n: 2 }, trace: { ...trace, correlationId: 'other' } }, { message: { n: 3 } }]);
    await within(harness, 2 * retryMs, () => assert.equal(inbox.received.length, 6));
    const carried = (n: number) => inbox.those((job) => job.n === n).map((delivery) => delivery.trace);
    assert.deepEqual(carried(1), [trace, trace]);
    assert.deepEqual(carried(2), Array(2).fill({ ...trace, correlationId: 'other' }));
    assert.deepEqual(carried(3), [undefined, undefined]);
  }),
  queueCase('carries text of every script, numbers and structures as they are', async ({ queue, harness, consume }) => {
    const inbox = await consume();
    const body = {
      text: 'é 漢字 \u{1f469}\u200d\u{1f680} \0 \u2028 <&"\'>',
      list: [null, true, 1.5, [], {}],
      safe: Number.MAX_SAFE_INTEGER,
    };
    await queue.send({ n: 1, body });
    await queue.sendBatch([{ message: { n: 1, body } }]);
    await eventually(harness, () =>
      assert.deepEqual(inbox.messages, [
        { n: 1, body },
        { n: 1, body },
      ]),
    );
  }),
  queueCase('delivers what was sent when the sender changes its object', async ({ queue, harness, consume }) => {
    const body = ['kept'];
    await queue.send({ n: 1, body });
    body.push('added');
    const inbox = await consume(({ message, attempt }) => {
      if (attempt > 1) return;
      (message.body as string[]).push('spoilt');
      failing();
    });
    await within(harness, 2 * retryMs, () => assert.equal(inbox.received.length, 2));
    assert.deepEqual(inbox.received[1]?.message.body, ['kept']);
  }),
  queueCase('keeps queues apart', async ({ queue, harness, consume }) => {
    const other = await harness.open(smallJobs);
    await queue.send({ n: 1 });
    await other.send({ n: 2 });
    await delivered(harness, await consume(), [1]);
  }),
  queueCase(
    'takes on nothing more once stopped, and waits for what is under way',
    async ({ queue, harness, consume }) => {
      const gate = new Gate();
      const order: string[] = [];
      const consumption = await harness.consume(jobs, (batch) =>
        batch.map(async () => {
          await gate.opened;
          order.push('handled');
        }),
      );
      await queue.send({ n: 1 });
      await harness.pass(seconds(1));
      const stopped = consumption.stop().then(() => order.push('stopped'));
      await harness.settle();
      gate.open();
      await stopped;
      assert.deepEqual(order, ['handled', 'stopped']);
      await queue.send({ n: 2 });
      await harness.pass(seconds(1));
      assert.deepEqual(order, ['handled', 'stopped']);
      await delivered(harness, await consume(), [2]);
    },
  ),
  caseOver(smallJobs, 'takes a message that just fits, by its JSON in UTF-8', async ({ queue, harness, consume }) => {
    const inbox = await consume();
    const units = ['x', 'é', '中', '\u{1f600}'];
    for (const unit of units) await queue.send(sized(unit, 0));
    await eventually(harness, () => assert.equal(inbox.received.length, units.length));
    assert.deepEqual(
      new Set(inbox.messages.map(({ body }) => body)),
      new Set(units.map((unit) => sized(unit, 0).body)),
    );
  }),
  caseOver(
    smallJobs,
    'refuses a message of one byte more than fits, alone and in a batch',
    async ({ queue, harness, consume }) => {
      for (const unit of ['x', 'é', '中', '\u{1f600}']) {
        await refuses('too-large', () => queue.send(sized(unit, 1)), `send of ${unit}`);
      }
      const results = await queue.sendBatch([{ message: sized('é', 1) }, { message: { n: 1 } }, { message: { n: 3 } }]);
      assert.deepEqual(
        results.map(({ kind }) => kind),
        ['failed', 'sent', 'sent'],
      );
      const failed = results[0];
      assert.ok(failed?.kind === 'failed');
      await refuses('too-large', () => Promise.reject(failed.error), 'the entry of a batch');
      await delivered(harness, await consume(), [1, 3]);
    },
  ),
  queueCase('refuses a delay that the queue did not declare', async ({ queue }) => {
    await refuses('invalid', () => queue.send({ n: 1 }, { delayMs: 1_000 }), 'send');
    await entryRefused(await queue.sendBatch([{ message: { n: 1 }, delayMs: 1_000 }]));
  }),
  queueCase('refuses a dedupe id that the queue did not declare', async ({ queue }) => {
    await refuses('invalid', () => queue.send({ n: 1 }, { dedupeId: 'x' }), 'send');
    await entryRefused(await queue.sendBatch([{ message: { n: 1 }, dedupeId: 'x' }]));
  }),
  queueCase('refuses an ordering key that the queue did not declare', async ({ queue }) => {
    await refuses('invalid', () => queue.send({ n: 1 }, { orderingKey: 'x' }), 'send');
    await entryRefused(await queue.sendBatch([{ message: { n: 1 }, orderingKey: 'x' }]));
  }),
  caseOver(
    uniqueJobs,
    'refuses a delay on a queue that declared other options',
    async ({ queue }) => refuses('invalid', () => queue.send({ n: 1 }, { delayMs: 1_000, dedupeId: 'x' }), 'send'),
    'dedupe',
  ),
];

async function entryRefused(results: readonly { readonly kind: string; readonly error?: Error }[]): Promise<void> {
  assert.deepEqual(
    results.map(({ kind }) => kind),
    ['failed'],
  );
  await refuses('invalid', () => Promise.reject(results[0]!.error), 'the entry of a batch');
}

/** A message whose JSON has `excess` bytes more than fit, filled up with a character. */
function sized(unit: string, excess: number): Job {
  const empty = { n: 1, body: '' };
  const spare = smallJobs.maxMessageBytes + excess - Buffer.byteLength(JSON.stringify(empty));
  const count = Math.floor(spare / Buffer.byteLength(unit));
  return { ...empty, body: unit.repeat(count) + 'x'.repeat(spare - count * Buffer.byteLength(unit)) };
}

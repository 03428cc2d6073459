import assert from 'node:assert/strict';
import { dedupeWindowMs, PoisonMessage, RetryLater, seconds } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { eventually, refuses, within } from '../suite/expect.ts';
import { Gate, type Inbox } from '../suite/inbox.ts';
import {
  caseOver,
  dead,
  delayedJobs,
  delivered,
  failing,
  lifeMs,
  orderedJobs,
  retryMs,
  uniqueJobs,
  type Bench,
  type Job,
} from './jobs.ts';

const delayCase = (title: string, run: (bench: Bench) => Promise<void>): Case =>
  caseOver(delayedJobs, title, run, 'delay');
const orderCase = (title: string, run: (bench: Bench) => Promise<void>): Case =>
  caseOver(orderedJobs, title, run, 'ordered');
const dedupeCase = (title: string, run: (bench: Bench) => Promise<void>): Case =>
  caseOver(uniqueJobs, title, run, 'dedupe');

/** What queues promise only where the port asks for it. */
export const guaranteeCases: readonly Case[] = [
  delayCase(
    'delivers a delayed message once its delay has passed, and no sooner',
    async ({ queue, harness, consume }) => {
      const inbox = await consume();
      const sentAt = harness.now();
      await queue.send({ n: 1 }, { delayMs: 5_000 });
      await queue.sendBatch([
        { message: { n: 2 }, delayMs: 2_000 },
        { message: { n: 3 } },
        { message: { n: 4 }, delayMs: 0 },
      ]);
      await eventually(harness, () => assert.ok(inbox.messages.length >= 2));
      await delivered(harness, inbox, [1, 2, 3, 4], seconds(9));
      const waits = new Map(inbox.received.map(({ message, receivedAt }) => [message.n, receivedAt - sentAt]));
      assert.ok(waits.get(1)! >= 5_000 && waits.get(2)! >= 2_000, `waits of ${JSON.stringify([...waits])}`);
      assert.ok(waits.get(3)! < waits.get(1)! && waits.get(4)! < waits.get(1)!, 'the others waited, too');
    },
  ),
  delayCase('keeps a delay over a restart', async ({ queue, harness, consume }) => {
    const sentAt = harness.now();
    await queue.send({ n: 1 }, { delayMs: 4_000 });
    await harness.restart?.();
    await harness.open(delayedJobs);
    const inbox = await consume();
    await delivered(harness, inbox, [1], seconds(8));
    assert.ok(inbox.only().receivedAt - sentAt >= 4_000);
  }),
  delayCase('refuses a delay that is longer than declared, negative or no integer', async ({ queue }) => {
    await queue.send({ n: 1 }, { delayMs: delayedJobs.maxDelayMs });
    for (const delayMs of [delayedJobs.maxDelayMs + 1, -1, 0.5, Number.NaN]) {
      await refuses('invalid', () => queue.send({ n: 1 }, { delayMs }), `a delay of ${delayMs} ms`);
      const [result] = await queue.sendBatch([{ message: { n: 1 }, delayMs }]);
      assert.equal(result?.kind, 'failed', `a delay of ${delayMs} ms in a batch`);
    }
  }),
  dedupeCase('drops a message whose id was accepted before, while it waits and once it was handled', async (bench) => {
    const { queue, harness, consume } = bench;
    await queue.send({ n: 1 }, { dedupeId: 'x' });
    await queue.send({ n: 2 }, { dedupeId: 'x' });
    const inbox = await consume();
    await delivered(harness, inbox, [1]);
    await queue.send({ n: 3 }, { dedupeId: 'x' });
    await queue.send({ n: 4 }, { dedupeId: 'y' });
    await queue.send({ n: 5 });
    await queue.send({ n: 5 });
    await delivered(harness, inbox, [1, 4, 5, 5]);
    await harness.pass(seconds(2));
    await delivered(harness, inbox, [1, 4, 5, 5]);
  }),
  dedupeCase('drops duplicates inside a batch, and answers them as sent', async ({ queue, harness, consume }) => {
    const entries = ['a', 'b', 'a', 'b', 'c'].map((dedupeId, n) => ({ message: { n }, dedupeId }));
    assert.deepEqual(await queue.sendBatch(entries), Array(5).fill({ kind: 'sent' }));
    const inbox = await consume();
    await delivered(harness, inbox, [0, 1, 4]);
  }),
  dedupeCase('accepts one of 20 concurrent messages of one id', async ({ queue, harness, consume }) => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => queue.send({ n }, { dedupeId: 'x' })));
    const inbox = await consume();
    await eventually(harness, () => inbox.only());
    await harness.pass(seconds(2));
    inbox.only();
  }),
  dedupeCase('remembers ids over a restart', async ({ queue, harness, consume }) => {
    await queue.send({ n: 1 }, { dedupeId: 'x' });
    await harness.restart?.();
    const reopened = await harness.open(uniqueJobs);
    await reopened.send({ n: 2 }, { dedupeId: 'x' });
    await reopened.send({ n: 3 }, { dedupeId: 'y' });
    await delivered(harness, await consume(), [1, 3]);
  }),
  dedupeCase('remembers an id for 5 minutes, and takes it anew after them', async ({ queue, harness, consume }) => {
    const inbox = await consume();
    await queue.send({ n: 1 }, { dedupeId: 'x' });
    await harness.pass(dedupeWindowMs - seconds(5));
    await queue.send({ n: 2 }, { dedupeId: 'x' });
    await delivered(harness, inbox, [1]);
    await harness.pass(seconds(10));
    await queue.send({ n: 3 }, { dedupeId: 'x' });
    await delivered(harness, inbox, [1, 3]);
  }),
  orderCase('delivers messages of one key in the order they were sent', async ({ queue, harness, consume }) => {
    for (const n of [0, 1, 2, 3, 4, 5]) await queue.send({ n, key: keyOf(n) }, { orderingKey: keyOf(n) });
    await queue.sendBatch([6, 7, 8, 9, 10, 11].map((n) => ({ message: { n, key: keyOf(n) }, orderingKey: keyOf(n) })));
    const inbox = await consume(undefined, 10);
    await within(harness, seconds(20), () => assert.ok(inbox.received.length >= 12));
    for (const key of ['k0', 'k1', 'k2']) assertOrder(inbox, key);
  }),
  orderCase('keeps messages without a key in order, too', async ({ queue, harness, consume }) => {
    for (const n of [0, 1, 2, 3]) await queue.send({ n });
    const inbox = await consume();
    await within(harness, seconds(10), () => assert.ok(inbox.received.length >= 4));
    assert.deepEqual(
      inbox.messages.map(({ n }) => n),
      [0, 1, 2, 3],
    );
  }),
  orderCase('holds a key back until its message succeeds, and no other key', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ message, attempt }) => (message.n === 0 && attempt < 3 ? failing() : undefined));
    await queue.sendBatch([0, 3, 6, 1, 4].map((n) => ({ message: { n, key: keyOf(n) }, orderingKey: keyOf(n) })));
    await within(harness, seconds(5), () => assert.equal(inbox.those(({ key }) => key === 'k1').length, 2));
    await within(harness, lifeMs + seconds(5), () => assert.equal(inbox.those(({ key }) => key === 'k0').length, 5));
    assert.deepEqual(
      inbox.those(({ key }) => key === 'k0').map(({ message }) => message.n),
      [0, 0, 0, 3, 6],
    );
  }),
  orderCase(
    'delivers one message of a key at a time, and other keys beside it',
    async ({ queue, harness, consume }) => {
      const gate = new Gate();
      try {
        const inbox = await consume(({ message }) => (message.n === 0 ? gate.opened : undefined), 10);
        await queue.sendBatch([0, 3, 1, 4, 2].map((n) => ({ message: { n, key: keyOf(n) }, orderingKey: keyOf(n) })));
        await within(harness, seconds(5), () =>
          assert.deepEqual(new Set(inbox.messages.map(({ n }) => n)), new Set([0, 1, 4, 2])),
        );
        gate.open();
        await within(harness, seconds(5), () => assert.deepEqual(inbox.messages.at(-1), { n: 3, key: 'k0' }));
      } finally {
        gate.open();
      }
    },
  ),
  orderCase('goes on with a key once its message is dead', async ({ queue, harness, consume }) => {
    const inbox = await consume(({ message }) => {
      if (message.n === 0) throw new PoisonMessage('bad');
    });
    await queue.sendBatch([0, 3].map((n) => ({ message: { n, key: 'k0' }, orderingKey: 'k0' })));
    await dead(harness, queue, 1);
    await within(harness, retryMs + seconds(5), () =>
      assert.deepEqual(
        inbox.messages.map(({ n }) => n),
        [0, 3],
      ),
    );
  }),
  orderCase('keeps the order of a key whose handler asks for a later delivery', async ({ queue, harness, consume }) => {
    const inbox = await consume(() => {
      if (inbox.received.length === 1) throw new RetryLater(2_000);
    });
    for (const n of [0, 3]) await queue.send({ n, key: 'k0' }, { orderingKey: 'k0' });
    await within(harness, seconds(8), () =>
      assert.deepEqual(
        inbox.messages.map(({ n }) => n),
        [0, 0, 3],
      ),
    );
  }),
  orderCase('keeps the order of a key over a restart', async ({ queue, harness, consume }) => {
    await queue.sendBatch([0, 3].map((n) => ({ message: { n, key: 'k0' }, orderingKey: 'k0' })));
    await harness.restart?.();
    const reopened = await harness.open(orderedJobs);
    await reopened.send({ n: 6, key: 'k0' }, { orderingKey: 'k0' });
    const inbox = await consume();
    await within(harness, seconds(8), () =>
      assert.deepEqual(
        inbox.messages.map(({ n }) => n),
        [0, 3, 6],
      ),
    );
  }),
];

const keyOf = (n: number): string => `k${n % 3}`;

function assertOrder(inbox: Inbox<Job>, key: string): void {
  const ns = inbox.those((job) => job.key === key).map(({ message }) => message.n);
  // At least once: a message may come twice, but never before one that was sent ahead of it.
  assert.deepEqual(
    ns,
    ns.toSorted((a, b) => a - b),
    `key ${key} came as ${ns.join(', ')}`,
  );
}

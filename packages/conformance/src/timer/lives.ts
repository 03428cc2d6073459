import assert from 'node:assert/strict';
import { PoisonMessage, RetryLater, seconds } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { within } from '../suite/expect.ts';
import { Gate } from '../suite/inbox.ts';
import { alarms, fired, lifeMs, passTo, timerCase } from './alarms.ts';

const { maxAttempts } = alarms.retry;

/** Cancelling, failing and restarting: what ends a timer's life, and what does not. */
export const lifeCases: readonly Case[] = [
  timerCase('cancels the timer of an id and instant, and no other', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const at = harness.now() + 3_000;
    await timer.set('a', at, { n: 1 });
    await timer.set('a', at + 1_000, { n: 2 });
    await timer.set('b', at, { n: 3 });
    await timer.cancel('a', at);
    await passTo(harness, at + 1_000);
    await fired(harness, inbox, [2, 3]);
    await harness.pass(seconds(2));
    await fired(harness, inbox, [2, 3]);
  }),
  timerCase('cancels what is not there without a word', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const at = harness.now() + 2_000;
    await timer.cancel('nobody', at);
    await timer.set('a', at, { n: 1 });
    await timer.cancel('a', at + 1);
    await timer.cancel('A', at);
    await passTo(harness, at);
    await fired(harness, inbox, [1]);
    await timer.cancel('a', at);
  }),
  timerCase('fires a timer that was cancelled and set anew', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const at = harness.now() + 2_000;
    await timer.set('a', at, { n: 1 });
    await timer.cancel('a', at);
    await timer.cancel('a', at);
    await timer.set('a', at, { n: 2 });
    await passTo(harness, at);
    await fired(harness, inbox, [2]);
  }),
  timerCase('keeps timers over a restart, and fires those that came due while nothing ran', async (bench) => {
    const { timer, harness, consume } = bench;
    const start = harness.now();
    await timer.set('soon', start + 2_000, { n: 1 });
    await timer.set('later', start + 6_000, { n: 2 });
    await timer.set('cancelled', start + 2_000, { n: 3 });
    await timer.cancel('cancelled', start + 2_000);
    await harness.restart?.();
    await harness.pass(3_000);
    await harness.restart?.();
    await harness.open(alarms);
    const inbox = await consume();
    await fired(harness, inbox, [1]);
    await passTo(harness, start + 6_000);
    await fired(harness, inbox, [1, 2]);
  }),
  timerCase('fires again what was under way when the process ended', async ({ timer, harness, consume }) => {
    const gate = new Gate();
    try {
      const first = await consume(({ attempt }) => (attempt === 1 ? gate.opened : undefined));
      const at = harness.now() + 1_000;
      await timer.set('a', at, { n: 1 });
      await passTo(harness, at);
      // Engines that count in seconds may be late by one.
      await within(harness, seconds(2), () => first.only());
      await harness.restart?.();
      // Where the engine is not ours to end, the firing is just never answered, which comes to the same.
      const second = harness.restart === undefined ? first : await consume();
      const again = await within(harness, alarms.visibilityMs + seconds(5), () => {
        const last = second.received.at(-1);
        assert.ok(last !== undefined && last !== first.received[0], 'it never fired again');
        return last;
      });
      assert.deepEqual([again.id, again.at, again.message], ['a', at, { n: 1 }]);
    } finally {
      gate.open();
    }
  }),
  timerCase('fires until its handler succeeds, attempts from 1', async ({ timer, harness, consume }) => {
    const inbox = await consume(({ attempt }) => {
      if (attempt < maxAttempts) throw new Error('not today');
    });
    const at = harness.now() + 1_000;
    await timer.set('a', at, { n: 1 });
    await passTo(harness, at);
    await within(harness, lifeMs, () => assert.equal(inbox.received.length, maxAttempts));
    assert.deepEqual(
      inbox.received.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    assert.deepEqual(new Set(inbox.received.map((delivery) => delivery.at)), new Set([at]));
    await harness.pass(lifeMs);
    assert.equal(inbox.received.length, maxAttempts);
  }),
  timerCase('fires no more after its last attempt, nor after poison', async ({ timer, harness, consume }) => {
    const inbox = await consume(({ message }) => {
      throw message.n === 2 ? new PoisonMessage('bad') : new Error('never');
    });
    const at = harness.now() + 1_000;
    await timer.set('a', at, { n: 1 });
    await timer.set('b', at, { n: 2 });
    await passTo(harness, at);
    await within(harness, lifeMs, () => assert.equal(inbox.those(({ n }) => n === 1).length, maxAttempts));
    await harness.pass(lifeMs);
    await fired(harness, inbox, [1, 1, 1, 2]);
  }),
  timerCase(
    'fires again no sooner than its handler asked for, and uses no attempt up',
    async ({ timer, harness, consume }) => {
      const inbox = await consume(() => {
        if (inbox.received.length <= maxAttempts) throw new RetryLater(2_000);
      });
      const at = harness.now() + 1_000;
      await timer.set('a', at, { n: 1 });
      await passTo(harness, at);
      await within(harness, seconds(4 * maxAttempts), () => assert.equal(inbox.received.length, maxAttempts + 1));
      for (const [index, { receivedAt }] of inbox.received.slice(1).entries()) {
        assert.ok(receivedAt - inbox.received[index]!.receivedAt >= 2_000, 'it came too soon');
      }
    },
  ),
  timerCase(
    'counts a firing as failed that is not answered within the visibility time',
    async ({ timer, harness, consume }) => {
      const gate = new Gate();
      try {
        const inbox = await consume(({ attempt }) => (attempt === 1 ? gate.opened : undefined));
        const at = harness.now() + 1_000;
        await timer.set('a', at, { n: 1 });
        await timer.set('b', at + 1_000, { n: 2 });
        await passTo(harness, at + 1_000);
        const limitMs = alarms.visibilityMs + seconds(8);
        await within(harness, limitMs, () =>
          assert.deepEqual(
            inbox.those(({ n }) => n === 1).map(({ attempt }) => attempt),
            [1, 2],
          ),
        );
        const [first, second] = inbox.those(({ n }) => n === 1);
        assert.ok(
          second!.receivedAt - first!.receivedAt >= alarms.visibilityMs,
          'it fired again while it was being handled',
        );
      } finally {
        gate.open();
      }
    },
  ),
  timerCase('changes nothing where a firing sets its own timer again', async ({ timer, harness, consume }) => {
    const inbox = await consume(async ({ id, at, message, attempt }) => {
      // Where this does set it anew, once is enough to tell.
      if (message.n < 10) await timer.set(id, at, { n: message.n + 10 });
      if (message.n === 2 && attempt === 1) throw new Error('after the timer was set');
    });
    const at = harness.now() + 1_000;
    await timer.set('a', at, { n: 1 });
    await timer.set('b', at, { n: 2 });
    await passTo(harness, at);
    await fired(harness, inbox, [1, 2, 2], lifeMs);
    await harness.pass(lifeMs);
    await fired(harness, inbox, [1, 2, 2]);
    assert.deepEqual(
      inbox.those(({ n }) => n === 2).map(({ attempt }) => attempt),
      [1, 2],
    );
  }),
  timerCase('sets from a firing that then fails, and fires both', async ({ timer, harness, consume }) => {
    const inbox = await consume(async ({ message, at, attempt }) => {
      if (message.n !== 1) return;
      await timer.set('next', at + 5_000, { n: 2 });
      if (attempt === 1) throw new Error('after the timer was set');
    });
    const at = harness.now() + 1_000;
    await timer.set('a', at, { n: 1 });
    await passTo(harness, at + 5_000);
    await fired(harness, inbox, [1, 1, 2], seconds(3));
  }),
];

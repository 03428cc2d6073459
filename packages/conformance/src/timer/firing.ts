import assert from 'node:assert/strict';
import { days, seconds } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses, within } from '../suite/expect.ts';
import { Inbox } from '../suite/inbox.ts';
import { alarms, fired, lifeMs, neverEarly, otherAlarms, passTo, timerCase, type Alarm } from './alarms.ts';

const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', correlationId: 'order 7/é' };

/** Setting timers, and when they fire. */
export const firingCases: readonly Case[] = [
  timerCase('fires a timer once its instant has come, and no sooner', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const start = harness.now();
    await timer.set('a', start + 3_000, { n: 1 });
    for (const stepMs of [0, 1_000, 1_000, 900, 99]) {
      await harness.pass(stepMs);
      if (harness.now() < start + 3_000) assert.deepEqual(inbox.received, []);
    }
    await passTo(harness, start + 3_000);
    await fired(harness, inbox, [1]);
    await harness.pass(lifeMs + alarms.visibilityMs);
    await fired(harness, inbox, [1]);
  }),
  timerCase('tells the id, the instant, the attempt and the trace of a timer', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const at = harness.now() + 2_000;
    const payload = { n: 1, body: { text: 'é 漢字 \u{1f680} "\\\n\0', list: [null, true, 1.5, {}] } };
    await timer.set('order/7:é', at, payload, { trace });
    await timer.set('plain', at, { n: 2 });
    await passTo(harness, at);
    await fired(harness, inbox, [1, 2]);
    const [traced] = inbox.those(({ n }) => n === 1);
    const [plain] = inbox.those(({ n }) => n === 2);
    assert.deepEqual(
      { ...traced, receivedAt: at },
      { id: 'order/7:é', message: payload, attempt: 1, at, trace, receivedAt: at },
    );
    assert.equal(plain?.trace, undefined);
  }),
  timerCase('fires at once where the instant is past', async ({ timer, harness, consume }) => {
    await timer.set('before', harness.now() - 60_000, { n: 1 });
    const inbox = await consume();
    await timer.set('past', harness.now() - 1, { n: 2 });
    await timer.set('now', harness.now(), { n: 3 });
    await timer.set('long ago', 0, { n: 4 });
    await fired(harness, inbox, [1, 2, 3, 4]);
    assert.equal(inbox.those(({ n }) => n === 4)[0]?.at, 0);
  }),
  timerCase(
    'fires within a minute of the instant',
    async ({ timer, harness, consume }) => {
      const inbox = await consume();
      const at = harness.now() + 2_000;
      await timer.set('a', at, { n: 1 });
      await passTo(harness, at);
      await fired(harness, inbox, [1], 58_000);
      assert.ok(inbox.only().receivedAt - at < 60_000);
    },
    'prompt',
  ),
  timerCase(
    'fires timers of one pass in the order of their instants',
    async ({ timer, harness, consume }) => {
      const inbox = await consume();
      const start = harness.now();
      for (const n of [3, 1, 4, 2]) await timer.set(`t${n}`, start + n * 2_000, { n });
      await harness.pass(8_000);
      await fired(harness, inbox, [1, 2, 3, 4]);
      assert.deepEqual(
        inbox.messages.map(({ n }) => n),
        [1, 2, 3, 4],
      );
    },
    'prompt',
  ),
  timerCase(
    'fires once for an id and instant that were set again, with the first payload',
    async ({ timer, harness, consume }) => {
      const inbox = await consume();
      const at = harness.now() + 2_000;
      await timer.set('a', at, { n: 1 });
      await timer.set('a', at, { n: 1 });
      await timer.set('a', at, { n: 2 });
      await Promise.all(Array.from({ length: 10 }, () => timer.set('b', at, { n: 3 })));
      await passTo(harness, at);
      await fired(harness, inbox, [1, 3]);
      await harness.pass(seconds(3));
      await fired(harness, inbox, [1, 3]);
    },
  ),
  timerCase('takes one id at another instant as another timer', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const start = harness.now();
    await timer.set('a', start + 4_000, { n: 4 });
    await timer.set('a', start + 2_000, { n: 2 });
    await timer.set('a', start + 2_001, { n: 3 });
    await passTo(harness, start + 4_000);
    await fired(harness, inbox, [2, 3, 4]);
    assert.deepEqual(inbox.received.map(({ at }) => at - start).sort(), [2_000, 2_001, 4_000]);
  }),
  timerCase('keeps ids apart that read the same when joined to an instant', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const at = harness.now() + 2_000;
    const ids = [
      'a',
      'A',
      'a/1',
      'a/2',
      'a:1',
      '1',
      `${at}`,
      `a/${at}`,
      `${at}/a`,
      'a b',
      'é',
      'e\u0301',
      '%',
      '\u{1f600}',
    ];
    for (const [n, id] of ids.entries()) await timer.set(id, at, { n });
    await passTo(harness, at);
    await fired(harness, inbox, [...ids.keys()]);
    assert.deepEqual(
      inbox.received.toSorted((x, y) => x.message.n - y.message.n).map(({ id }) => id),
      ids,
    );
  }),
  timerCase('fires a timer that was set inside its own firing', async ({ timer, harness, consume }) => {
    const inbox = await consume(async ({ message, at }) => {
      if (message.n < 4) await timer.set('chain', at + 1_000, { n: message.n + 1 });
    });
    await timer.set('chain', harness.now() + 1_000, { n: 1 });
    await fired(harness, inbox, [1, 2, 3, 4], seconds(8));
  }),
  timerCase('fires hundreds of timers of one instant', async ({ timer, harness, crowd, consume }) => {
    // In calls of several, which takes an engine a fraction of the requests.
    const inbox = await consume(undefined, 10);
    const at = harness.now() + 10_000;
    const ns = Array.from({ length: crowd }, (_, n) => n);
    await Promise.all(ns.map((n) => timer.set(`t${n}`, at, { n })));
    await passTo(harness, at);
    await fired(harness, inbox, ns, seconds(10));
    await harness.pass(seconds(3));
    await fired(harness, inbox, ns);
  }),
  timerCase('fires up to as many timers in a call as asked for', async ({ timer, harness, consume }) => {
    const inbox = await consume(undefined, 10);
    const at = harness.now() + 2_000;
    const ns = Array.from({ length: 35 }, (_, n) => n);
    for (const n of ns) await timer.set(`t${n}`, at, { n });
    await passTo(harness, at);
    await fired(harness, inbox, ns);
    assert.ok(Math.max(...inbox.batches) <= 10, `calls of ${inbox.batches.join(', ')} timers`);
    await harness.pass(lifeMs);
    await fired(harness, inbox, ns);
  }),
  timerCase('fires those of a call again that failed, and no others', async ({ timer, harness, consume }) => {
    const inbox = await consume(({ message, attempt }) => {
      if (message.n % 5 === 0 && attempt === 1) throw new Error('once more');
    }, 10);
    const at = harness.now() + 2_000;
    const ns = Array.from({ length: 20 }, (_, n) => n);
    for (const n of ns) await timer.set(`t${n}`, at, { n });
    await passTo(harness, at);
    await fired(harness, inbox, [...ns, 0, 5, 10, 15], lifeMs);
    await harness.pass(lifeMs);
    await fired(harness, inbox, [...ns, 0, 5, 10, 15]);
  }),
  timerCase('keeps timers apart from those of another port', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    const at = harness.now() + 1_000;
    await (await harness.open(otherAlarms)).set('a', at, { n: 1 });
    await timer.set('a', at, { n: 2 });
    await passTo(harness, at);
    await fired(harness, inbox, [2]);
  }),
  timerCase('takes an instant 10 years ahead, and does not fire it now', async ({ timer, harness, consume }) => {
    const inbox = await consume();
    // Where a delay is kept in 32 bits it wraps around, and the timer fires at once.
    for (const [n, aheadMs] of [2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, days(3_652)].entries()) {
      await timer.set('far', harness.now() + aheadMs, { n });
    }
    await harness.pass(seconds(2));
    assert.deepEqual(inbox.received, []);
  }),
  timerCase(
    'fires at their instants timers set further ahead than 32 bits of milliseconds',
    async ({ timer, harness, consume }) => {
      const inbox = await consume();
      const start = harness.now();
      const ahead = [2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, days(3_652)];
      for (const [n, aheadMs] of ahead.entries()) await timer.set('far', start + aheadMs, { n });
      for (const [n, aheadMs] of ahead.entries()) {
        await passTo(harness, start + aheadMs - 1);
        // A real engine's clock goes on by itself.
        const due = ahead.filter((ms) => start + ms <= harness.now()).length;
        assert.ok(inbox.received.length <= due, `one fired before ${aheadMs} ms were over`);
        await harness.pass(1);
        // Engines that count in seconds may be late by one.
        await within(harness, seconds(2), () => assert.ok(inbox.received.length > n, `${aheadMs} ms`));
      }
    },
  ),
  timerCase(
    'refuses an instant beyond the horizon, and one that is no integer',
    async ({ timer, harness, consume }) => {
      const inbox = await consume();
      const beyond = harness.now() + alarms.horizonMs;
      // A real engine's clock goes on between these lines.
      for (const at of [
        beyond + 60_000,
        beyond * 2,
        Number.MAX_SAFE_INTEGER,
        Infinity,
        Number.NaN,
        harness.now() + 0.5,
      ]) {
        await refuses('invalid', () => timer.set('a', at, { n: 1 }), `at ${at}`);
      }
      const near = await harness.open(otherAlarms);
      await refuses(
        'invalid',
        () => near.set('a', harness.now() + otherAlarms.horizonMs + 60_000, { n: 1 }),
        'its own horizon',
      );
      await near.set('a', harness.now() + otherAlarms.horizonMs, { n: 1 });
      await harness.pass(seconds(2));
      assert.deepEqual(inbox.received, []);
    },
  ),
  timerCase(
    'takes ids of 1 to 256 bytes without control characters, and no others',
    async ({ timer, harness, consume }) => {
      const inbox = await consume();
      const at = harness.now() + 1_000;
      const fine = ['x', 'x'.repeat(256), 'é'.repeat(128), '\u{1f600}'.repeat(64)];
      for (const [n, id] of fine.entries()) await timer.set(id, at, { n });
      for (const id of ['', 'x'.repeat(257), 'é'.repeat(128) + 'x', 'a\nb', 'a\0', '\x7f', '\x85']) {
        await refuses('invalid', () => timer.set(id, at, { n: 9 }), `set of ${JSON.stringify(id)}`);
      }
      await passTo(harness, at);
      await fired(harness, inbox, [0, 1, 2, 3]);
      assert.deepEqual(
        inbox.received.toSorted((x, y) => x.message.n - y.message.n).map(({ id }) => id),
        fine,
      );
    },
  ),
  {
    title: 'takes a payload that just fits, and refuses one of a byte more',
    async run(harness) {
      const timer = await harness.open(otherAlarms);
      const inbox = new Inbox<Alarm>(harness);
      await harness.consume(otherAlarms, inbox.consumer);
      const room = otherAlarms.maxPayloadBytes - JSON.stringify({ n: 1, body: '' }).length;
      const body = 'é'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2);
      const at = harness.now() + 1_000;
      await timer.set('fits', at, { n: 1, body });
      await refuses('too-large', () => timer.set('over', at, { n: 2, body: `${body}x` }), 'set');
      await passTo(harness, at);
      await within(harness, 1_000, () => assert.deepEqual(inbox.messages, [{ n: 1, body }]));
      neverEarly(inbox.received);
    },
  },
];

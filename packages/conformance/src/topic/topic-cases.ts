import assert from 'node:assert/strict';
import { defaultRetry, PoisonMessage, RetryLater, seconds } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { eventually, refuses, within } from '../suite/expect.ts';
import { Gate, Inbox } from '../suite/inbox.ts';
import { got, news, smallNews, topicCase, type News } from './news.ts';

const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', correlationId: 'order 7/é' };

/** The first wait of a subscription's backoff at most, and something for engines that count in seconds. */
const retryMs = defaultRetry.baseMs + seconds(1);

/** Every promise of the topic contract. */
export const topicCases: readonly Case[] = [
  topicCase('gives each subscription each event', async ({ topic, harness, subscribe }) => {
    const subscribers = [await subscribe('one'), await subscribe('two'), await subscribe('three')];
    for (const n of [1, 2, 3]) await topic.publish({ n });
    for (const subscriber of subscribers) await got(harness, subscriber, [1, 2, 3]);
  }),
  topicCase('lets an event go that nobody subscribes to', async ({ topic, harness, subscribe }) => {
    await topic.publish({ n: 1 });
    await harness.pass(seconds(1));
    const late = await subscribe('late');
    await topic.publish({ n: 2 });
    await got(harness, late, [2]);
    await harness.pass(seconds(1));
    await got(harness, late, [2]);
  }),
  topicCase(
    'gives a subscription only what its filter names, any of the values',
    async ({ topic, harness, subscribe }) => {
      const some = await subscribe('some', { filter: { type: ['made', 'lost'] } });
      const all = await subscribe('all');
      for (const [n, type] of ['made', 'sold', 'lost', 'Made', 'mad', 'made '].entries())
        await topic.publish({ n, type });
      await got(harness, all, [0, 1, 2, 3, 4, 5]);
      await got(harness, some, [0, 2]);
    },
  ),
  topicCase('asks every field of a filter to match', async ({ topic, harness, subscribe }) => {
    const both = await subscribe('both', { filter: { type: ['made'], region: ['eu', 'us'] } });
    const all = await subscribe('all');
    const events = [
      { type: 'made', region: 'eu' },
      { type: 'made', region: 'asia' },
      { type: 'sold', region: 'us' },
      { type: 'made', region: 'us' },
    ];
    for (const [n, event] of events.entries()) await topic.publish({ ...event, n });
    await got(harness, all, [0, 1, 2, 3]);
    await got(harness, both, [0, 3]);
  }),
  topicCase('gives a filtered subscription no event that lacks the field', async ({ topic, harness, subscribe }) => {
    const some = await subscribe('some', { filter: { region: ['eu'] } });
    const all = await subscribe('all');
    await topic.publish({ n: 0 });
    await topic.publish({ n: 1, type: 'eu' });
    await topic.publish({ n: 2, region: 'eu' });
    await got(harness, all, [0, 1, 2]);
    await got(harness, some, [2]);
  }),
  topicCase('matches values with quotes, spaces and other scripts', async ({ topic, harness, subscribe }) => {
    const values = ['it\'s "so"', 'a b', 'é', '漢字', '*', '%', 'a,b', '\\'];
    const subscribers = await Promise.all(
      values.map((value, index) => subscribe(`s${index}`, { filter: { type: [value] } })),
    );
    for (const [n, type] of values.entries()) await topic.publish({ n, type });
    for (const [n, subscriber] of subscribers.entries()) await got(harness, subscriber, [n]);
  }),
  topicCase('disturbs no subscription by the failures of another', async ({ topic, harness, subscribe }) => {
    const broken = await subscribe('broken', {
      answer() {
        throw new Error('never');
      },
    });
    const fine = await subscribe('fine');
    for (const n of [1, 2]) await topic.publish({ n });
    await got(harness, fine, [1, 2]);
    await within(harness, retryMs, () => assert.ok(broken.inbox.received.length > 2, 'it was not tried again'));
    await harness.pass(seconds(2));
    await got(harness, fine, [1, 2]);
  }),
  topicCase(
    'gives one subscription its events while another does not answer',
    async ({ topic, harness, subscribe }) => {
      const gate = new Gate();
      try {
        await subscribe('stuck', { answer: () => gate.opened });
        const fine = await subscribe('fine');
        for (const n of [1, 2, 3]) await topic.publish({ n });
        await got(harness, fine, [1, 2, 3]);
      } finally {
        gate.open();
      }
    },
  ),
  topicCase(
    'delivers again what failed, until it is handled, attempts from 1',
    async ({ topic, harness, subscribe }) => {
      const { inbox } = await subscribe('one', {
        answer({ attempt }) {
          if (attempt < 3) throw new Error('not today');
        },
      });
      await topic.publish({ n: 1 });
      await within(harness, 4 * retryMs, () => assert.equal(inbox.received.length, 3));
      assert.deepEqual(
        inbox.received.map(({ attempt }) => attempt),
        [1, 2, 3],
      );
      assert.equal(new Set(inbox.received.map(({ id }) => id)).size, 1);
      await harness.pass(seconds(5));
      assert.equal(inbox.received.length, 3);
    },
  ),
  topicCase('delivers poison no more', async ({ topic, harness, subscribe }) => {
    const { inbox } = await subscribe('one', {
      answer() {
        throw new PoisonMessage('malformed');
      },
    });
    await topic.publish({ n: 1 });
    await eventually(harness, () => inbox.only());
    await harness.pass(2 * retryMs);
    inbox.only();
  }),
  topicCase('brings an event back no sooner than its handler asked for', async ({ topic, harness, subscribe }) => {
    const { inbox } = await subscribe('one', {
      answer() {
        if (inbox.received.length === 1) throw new RetryLater(3_000);
      },
    });
    await topic.publish({ n: 1 });
    await within(harness, seconds(8), () => assert.equal(inbox.received.length, 2));
    const [first, second] = inbox.received;
    assert.ok(second!.receivedAt - first!.receivedAt >= 3_000);
  }),
  topicCase('keeps events for a subscription that nobody consumes just now', async ({ topic, harness, subscribe }) => {
    const before = await subscribe('one');
    await before.stop();
    await topic.publish({ n: 1 });
    await harness.pass(seconds(1));
    assert.deepEqual(before.inbox.messages, []);
    await got(harness, await subscribe('one'), [1]);
  }),
  topicCase('keeps subscriptions and their events over a restart', async ({ topic, harness, subscribe }) => {
    const stopped = await subscribe('one', { filter: { type: ['made'] } });
    await stopped.stop();
    await topic.publish({ n: 1, type: 'made' });
    await harness.restart?.();
    const reopened = await harness.open(news);
    await reopened.publish({ n: 2, type: 'made' });
    await reopened.publish({ n: 3, type: 'sold' });
    await got(harness, await subscribe('one', { filter: { type: ['made'] } }), [1, 2]);
  }),
  topicCase('delivers again what was under way when the process ended', async ({ topic, harness, subscribe }) => {
    const gate = new Gate();
    try {
      const answer = ({ attempt }: { readonly attempt: number }) => (attempt === 1 ? gate.opened : undefined);
      const first = await subscribe('one', { answer });
      await topic.publish({ n: 1 });
      await eventually(harness, () => first.inbox.only());
      await harness.restart?.();
      // Where the engine is not ours to end, the delivery is just never answered, which comes to the same.
      const second = harness.restart === undefined ? first : await subscribe('one');
      const again = await within(harness, seconds(40), () => {
        const last = second.inbox.received.at(-1);
        assert.ok(last !== undefined && last !== first.inbox.received[0], 'it never came again');
        return last;
      });
      assert.deepEqual(again.message, { n: 1 });
    } finally {
      gate.open();
    }
  }),
  topicCase('carries the instant, the trace and the event as they are', async ({ topic, harness, subscribe }) => {
    const { inbox } = await subscribe('one');
    const event = { n: 1, type: 'é', body: { text: '漢字 \u{1f680} "\\\n\0', list: [null, true, 1.5, {}] } };
    const before = harness.now();
    await topic.publish(event, { trace });
    const after = harness.now();
    const delivery = await eventually(harness, () => inbox.only());
    assert.deepEqual(delivery.message, event);
    assert.deepEqual(delivery.trace, trace);
    assert.equal(delivery.attempt, 1);
    // Engines that stamp events themselves do so in whole seconds, by a clock of their own.
    assert.ok(
      delivery.at >= before - 1_000 && delivery.at <= after + 1_000,
      `published at ${before}, said ${delivery.at}`,
    );
  }),
  {
    title: 'takes an event that just fits, and refuses one of a byte more',
    async run(harness) {
      const topic = await harness.open(smallNews);
      const inbox = new Inbox<News>(harness);
      await harness.consume(smallNews, inbox.consumer, { subscription: 'one' });
      const room = smallNews.maxEventBytes - JSON.stringify({ n: 1, body: '' }).length;
      const body = 'é'.repeat(Math.floor(room / 2)) + 'x'.repeat(room % 2);
      await topic.publish({ n: 1, body });
      await refuses('too-large', () => topic.publish({ n: 2, body: `${body}x` }), 'publish');
      await harness.pass(seconds(1));
      assert.deepEqual((await eventually(harness, () => inbox.only())).message, { n: 1, body });
    },
  },
];

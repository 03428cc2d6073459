import assert from 'node:assert/strict';
import { PoisonMessage, RetryLater, seconds, type ObjectCreated } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { within } from '../suite/expect.ts';
import { Gate } from '../suite/inbox.ts';
import { lifeMs, objectsCase, retryMs, sample, streamed, uploads, utf8, write, type Listener } from './bench.ts';
import { oddKeys } from './keys.ts';
import type { ObjectsHarness } from './objects-harness.ts';

/** Waits until a listener was told of exactly these objects, in any order, each once. */
async function told(
  harness: ObjectsHarness,
  { inbox }: Listener,
  expected: readonly ObjectCreated[],
  limitMs = 5_000,
): Promise<void> {
  await within(harness, limitMs, () => assert.deepEqual(sorted(inbox.messages), sorted(expected)));
}

const toldOf = (harness: ObjectsHarness, { inbox }: Listener, keys: readonly string[]): Promise<void> =>
  within(harness, 5_000, () => assert.deepEqual(inbox.messages.map(({ key }) => key).sort(), keys.toSorted()));

const sorted = (events: readonly ObjectCreated[]): readonly ObjectCreated[] =>
  events.toSorted((a, b) => (`${a.key} ${a.tag}` < `${b.key} ${b.tag}` ? -1 : 1));

const whatCreates: readonly Case<ObjectsHarness>[] = [
  objectsCase('tells of each object that is written, with its tag and size', async ({ objects, harness, listen }) => {
    const listener = await listen('one');
    const expected = [
      { key: 'array', tag: await write(objects, 'array', 'abc'), sizeBytes: 3 },
      { key: 'empty', tag: await write(objects, 'empty', ''), sizeBytes: 0 },
      { key: 'stream', tag: await write(objects, 'stream', streamed(100_000)), sizeBytes: 100_000 },
      { key: 'array', tag: await write(objects, 'array', 'longer'), sizeBytes: 6 },
    ];
    await told(harness, listener, expected);
    await harness.pass(seconds(1));
    await told(harness, listener, expected);
  }),
  objectsCase('tells of copies and of what signed URLs write', async ({ objects, harness, listen }) => {
    await write(objects, 'source', sample(0, 1_000));
    const listener = await listen('one', { filter: { prefix: ['new/'] } });
    const copied = await objects.copy('source', 'new/copy');
    assert.ok(copied.kind === 'copied');
    const { url, headers } = await objects.writeUrl('new/put', { expiresInMs: 60_000 });
    const { status } = await harness.request(url, { method: 'PUT', headers, body: utf8('abc') });
    assert.ok(status < 300, `a signed PUT was answered ${status}`);
    const { tag } = (await objects.head('new/put'))!;
    await told(harness, listener, [
      { key: 'new/copy', tag: copied.tag, sizeBytes: 1_000 },
      { key: 'new/put', tag, sizeBytes: 3 },
    ]);
  }),
  objectsCase('tells once of an object that was too large for one part', async ({ objects, harness, listen }) => {
    const listener = await listen('one');
    const sizeBytes = 9 * 1_048_576;
    const tag = await write(objects, 'large', streamed(sizeBytes, [1_048_576]));
    await told(harness, listener, [{ key: 'large', tag, sizeBytes }]);
    await harness.pass(seconds(1));
    listener.inbox.only();
  }),
  objectsCase('tells nothing of what creates no object', async ({ objects, harness, listen }) => {
    const listener = await listen('one');
    const tag = await write(objects, 'one', 'x');
    assert.equal((await objects.put('one', utf8('y'), { condition: 'absent' })).kind, 'conflict');
    assert.equal((await objects.put('one', streamed(100_000), { condition: { tag: 'other' } })).kind, 'conflict');
    const failing = async function* () {
      yield sample(0, 100_000);
      throw new Error('half way');
    };
    await assert.rejects(objects.put('two', failing()));
    assert.deepEqual(await objects.copy('one', 'one'), { kind: 'copied', tag });
    assert.equal((await objects.copy('none', 'three')).kind, 'not-found');
    await objects.get('one').then((found) => found!.body[Symbol.asyncIterator]().return?.());
    await objects.delete('one');
    const last = await write(objects, 'last', 'z');
    const expected = [
      { key: 'one', tag, sizeBytes: 1 },
      { key: 'last', tag: last, sizeBytes: 1 },
    ];
    await told(harness, listener, expected);
    await harness.pass(seconds(1));
    await told(harness, listener, expected);
  }),
  objectsCase('tells of keys as they are, whatever signs they have', async ({ objects, harness, listen }) => {
    const listener = await listen('one');
    for (const key of oddKeys) await write(objects, key, 'x');
    await toldOf(harness, listener, oddKeys);
  }),
];

const whoIsTold: readonly Case<ObjectsHarness>[] = [
  objectsCase('tells a listener only of keys that begin as its filter says', async ({ objects, harness, listen }) => {
    const some = await listen('some', { filter: { prefix: ['in/2024', 'a b+é/'] } });
    const one = await listen('one', { filter: { prefix: ['in/'] } });
    const all = await listen('all');
    const keys = [
      'in/2024',
      'in/2024/a',
      'in/20245',
      'in/2025/a',
      'in/202',
      'In/2024/a',
      'x/in/2024',
      'a b+é/1',
      'a b',
    ];
    for (const key of keys) await write(objects, key, 'x');
    await toldOf(harness, all, keys);
    await toldOf(harness, some, ['in/2024', 'in/2024/a', 'in/20245', 'a b+é/1']);
    await toldOf(harness, one, ['in/2024', 'in/2024/a', 'in/20245', 'in/2025/a', 'in/202']);
  }),
  objectsCase('disturbs no listener by the failures of another', async ({ objects, harness, listen }) => {
    const broken = await listen('broken', {
      answer() {
        throw new Error('never');
      },
    });
    const gate = new Gate();
    try {
      await listen('stuck', { answer: () => gate.opened });
      const fine = await listen('fine');
      for (const key of ['a', 'b']) await write(objects, key, 'x');
      await toldOf(harness, fine, ['a', 'b']);
      await within(harness, retryMs, () => assert.ok(broken.inbox.received.length > 2, 'it was not tried again'));
      await toldOf(harness, fine, ['a', 'b']);
    } finally {
      gate.open();
    }
  }),
  objectsCase('keeps what a listener has missed while it was down', async ({ objects, harness, listen }) => {
    const before = await listen('one', { filter: { prefix: ['in/'] } });
    await before.stop();
    await write(objects, 'in/a', 'x');
    await harness.restart?.();
    const reopened = await harness.open(uploads);
    await write(reopened, 'in/b', 'x');
    await write(reopened, 'out/c', 'x');
    assert.deepEqual(before.inbox.messages, []);
    await toldOf(harness, await listen('one', { filter: { prefix: ['in/'] } }), ['in/a', 'in/b']);
  }),
];

const again: readonly Case<ObjectsHarness>[] = [
  objectsCase(
    'tells again of what failed, until it is handled, attempts from 1',
    async ({ objects, harness, listen }) => {
      const before = harness.now();
      const { inbox } = await listen('one', {
        answer({ attempt }) {
          if (attempt < 3) throw new Error('not today');
        },
      });
      await write(objects, 'a', 'x');
      const after = harness.now();
      await within(harness, 4 * retryMs, () => assert.equal(inbox.received.length, 3));
      assert.deepEqual(
        inbox.received.map(({ attempt }) => attempt),
        [1, 2, 3],
      );
      assert.equal(new Set(inbox.received.map(({ id }) => id)).size, 1, 'ids');
      const { at } = inbox.received[0]!;
      assert.ok(at >= before - 1_000 && at <= after + 2_000, `created at ${after}, said to be at ${at}`);
      await harness.pass(retryMs);
      assert.equal(inbox.received.length, 3);
    },
  ),
  objectsCase('gives up after the attempts that the port allows', async ({ objects, harness, listen }) => {
    const { inbox } = await listen('one', {
      answer() {
        throw new Error('never');
      },
    });
    await write(objects, 'a', 'x');
    await within(harness, 2 * lifeMs, () => assert.equal(inbox.received.length, 3));
    await harness.pass(lifeMs);
    assert.equal(inbox.received.length, 3);
  }),
  objectsCase('tells no more of what is poison', async ({ objects, harness, listen }) => {
    const { inbox } = await listen('one', {
      answer() {
        throw new PoisonMessage('no picture');
      },
    });
    await write(objects, 'a', 'x');
    await within(harness, seconds(5), () => inbox.only());
    await harness.pass(lifeMs);
    inbox.only();
  }),
  objectsCase('tells again no sooner than a listener asked for', async ({ objects, harness, listen }) => {
    const { inbox } = await listen('one', {
      answer() {
        if (inbox.received.length === 1) throw new RetryLater(3_000);
      },
    });
    await write(objects, 'a', 'x');
    await within(harness, seconds(10), () => assert.equal(inbox.received.length, 2));
    const [first, second] = inbox.received;
    assert.ok(second!.receivedAt - first!.receivedAt >= 3_000);
    assert.equal(second!.attempt, 1);
  }),
  objectsCase('tells again what was under way when the process ended', async ({ objects, harness, listen }) => {
    const gate = new Gate();
    try {
      const answer = ({ attempt }: { readonly attempt: number }) => (attempt === 1 ? gate.opened : undefined);
      const first = await listen('one', { answer });
      await write(objects, 'a', 'x');
      const delivery = await within(harness, seconds(5), () => first.inbox.only());
      await harness.restart?.();
      // Where the engine is not ours to end, the delivery is just never answered, which comes to the same.
      const second = harness.restart === undefined ? first : await listen('one');
      const last = await within(harness, seconds(40), () => {
        const received = second.inbox.received.at(-1);
        assert.ok(received !== undefined && received !== first.inbox.received[0], 'it never came again');
        return received;
      });
      assert.deepEqual([last.id, last.message], [delivery.id, delivery.message]);
    } finally {
      gate.open();
    }
  }),
];

/** Functions that are called for created objects. */
export const createdCases: readonly Case<ObjectsHarness>[] = [...whatCreates, ...whoIsTold, ...again];

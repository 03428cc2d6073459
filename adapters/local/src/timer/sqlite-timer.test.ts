import { PoisonMessage, timer, type Delivery, type Timer } from '@portolan/kernel';
import * as z from 'zod';
import { LocalHarness } from '../testing/local-harness.ts';
import type { SqliteTimer } from './sqlite-timer.ts';

const retry = { maxAttempts: 3, baseMs: 1_000, capMs: 10_000 };
const calls = timer('calls', { payload: z.object({ n: z.number() }), retry, visibilityMs: 30_000 });
const decade = 3_650 * 86_400_000;

const open = async (harness: LocalHarness) => (await harness.open(calls)) as unknown as Timer & SqliteTimer;

/** Consumes, and notes when each timer fired. `answer` decides on each; without one all succeed. */
async function listen(harness: LocalHarness, answer: (delivery: Delivery) => Promise<void> = async () => {}) {
  const fired: { id: string; at: number; firedAt: number; attempt: number }[] = [];
  const consumption = await harness.consume(calls, (batch) =>
    batch.map((delivery) => {
      fired.push({ id: delivery.id, at: delivery.at, firedAt: harness.now(), attempt: delivery.attempt });
      return answer(delivery);
    }),
  );
  return { fired, consumption };
}

test('fires ten years ahead, and not a millisecond early', async () => {
  await using harness = new LocalHarness();
  const { fired } = await listen(harness);
  const at = harness.now() + decade;
  await (await open(harness)).set('far', at, { n: 1 });
  await harness.pass(decade - 1);
  expect(fired).toEqual([]);
  await harness.pass(1);
  expect(fired).toEqual([{ id: 'far', at, firedAt: at, attempt: 1 }]);
});

test('fires at once what a clock that is set forward has passed, and waits again when it is set back', async () => {
  await using harness = new LocalHarness();
  const { fired } = await listen(harness);
  const start = harness.now();
  const timers = await open(harness);
  await timers.set('hour', start + 3_600_000, { n: 1 });
  await timers.set('day', start + 86_400_000, { n: 2 });
  harness.alarm.set(start + 7_200_000);
  await harness.settle();
  expect(fired.map(({ id }) => id)).toEqual(['hour']);
  harness.alarm.set(start - 86_400_000);
  await harness.pass(2 * 86_400_000 - 1);
  expect(fired).toHaveLength(1);
  await harness.pass(1);
  expect(fired.map(({ id }) => id)).toEqual(['hour', 'day']);
});

test('fires each of very many timers once and in time, in whatever order they were set', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const start = harness.now() + 60_000;
  const count = 9_000;
  // Set in no order, half of them before anybody listens.
  const order = Array.from({ length: count }, (_, n) => (n * 7_919) % count);
  const set = (n: number) => timers.set(`t${n}`, start + Math.floor(n / 3) * 10, { n });
  await Promise.all(order.slice(0, count / 2).map(set));
  const { fired } = await listen(harness);
  await Promise.all(order.slice(count / 2).map(set));
  expect(fired).toEqual([]);
  await harness.pass(60_000 + count * 10);
  expect(new Set(fired.map(({ id }) => id)).size).toBe(count);
  expect(fired).toHaveLength(count);
  expect(fired.every(({ at, firedAt }) => at === firedAt)).toBe(true);
}, 20_000);

test('goes on firing at more timers at once than may be under way', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now() + 1_000;
  await Promise.all(Array.from({ length: 5_000 }, (_, n) => timers.set(`t${n}`, at, { n })));
  let underWay = 0;
  let most = 0;
  const { fired } = await listen(harness, async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
  });
  await harness.pass(1_000);
  expect(fired).toHaveLength(5_000);
  expect(most).toBeLessThanOrEqual(2_000);
});

test('hands many of one instant to a slow consumer little by little, and to a quick one without a pause', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now() + 1_000;
  const setMany = (from: number) =>
    Promise.all(Array.from({ length: 1_300 }, (_, n) => timers.set(`t${from + n}`, at, { n })));
  await setMany(0);
  const gate = Promise.withResolvers<void>();
  const { fired } = await listen(harness, () => gate.promise);
  await harness.pass(1_000);
  expect(fired).toHaveLength(500);
  await harness.pass(4);
  expect(fired).toHaveLength(500);
  await harness.pass(6);
  expect(fired).toHaveLength(1_300);
  gate.resolve();
  await harness.settle();
  await setMany(1_300);
  await harness.settle();
  expect(fired).toHaveLength(2_600);
  expect(new Set(fired.map(({ id }) => id)).size).toBe(2_600);
});

test('does not try again what was cancelled while it was under way', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now() + 1_000;
  let fail: () => void = () => {};
  const { fired } = await listen(
    harness,
    () => new Promise((_resolve, reject) => (fail = () => reject(new Error('no')))),
  );
  await timers.set('a', at, { n: 1 });
  await harness.pass(1_000);
  await timers.cancel('a', at);
  fail();
  await harness.pass(60_000);
  expect(fired).toHaveLength(1);
  expect((await timers.failed.deadLetters()).items).toEqual([]);
});

test('does not try again what was cancelled after it had failed', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now();
  const { fired } = await listen(harness, () => Promise.reject(new Error('no')));
  await timers.set('a', at, { n: 1 });
  await harness.settle();
  await timers.cancel('a', at);
  await harness.pass(60_000);
  expect(fired).toHaveLength(1);
});

test('sets nothing anew where the same timer has failed and waits for its next attempt', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now();
  const { fired } = await listen(harness, ({ attempt }) =>
    attempt === 1 ? Promise.reject(new Error('no')) : Promise.resolve(),
  );
  await timers.set('a', at, { n: 1 });
  await harness.settle();
  await timers.set('a', at, { n: 2 });
  await harness.pass(60_000);
  expect(fired.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('backs off, keeps what will not succeed with its reason, and fires it again when it is redriven', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now();
  let broken = true;
  const { fired } = await listen(harness, () => (broken ? Promise.reject(new TypeError('broken')) : Promise.resolve()));
  await timers.set('a', at, { n: 1 });
  await harness.pass(60_000);
  expect(fired.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(fired.every((each) => each.at === at)).toBe(true);
  const { items } = await timers.failed.deadLetters();
  expect(items).toEqual([
    { id: 'a', message: { n: 1 }, attempts: 3, reason: 'TypeError: broken', deadAt: fired[2]!.firedAt },
  ]);
  broken = false;
  expect(await timers.failed.redrive()).toBe(1);
  await harness.settle();
  expect(fired.at(-1)).toEqual({ id: 'a', at, firedAt: harness.now(), attempt: 1 });
  expect((await timers.failed.deadLetters()).items).toEqual([]);
});

test('keeps poison at once', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  await listen(harness, () => Promise.reject(new PoisonMessage('cannot be read')));
  await timers.set('a', harness.now(), { n: 1 });
  await harness.settle();
  expect((await timers.failed.deadLetters()).items).toMatchObject([
    { attempts: 1, reason: 'PoisonMessage: cannot be read' },
  ]);
});

test('fires again after a crash what had not been answered, and nothing that had', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now() + 1_000;
  for (const id of ['done', 'under way', 'later']) await timers.set(id, id === 'later' ? at + 1 : at, { n: 1 });
  const before = await listen(harness, ({ id }) =>
    id === 'under way' ? new Promise<void>(() => {}) : Promise.resolve(),
  );
  await harness.pass(1_000);
  expect(before.fired.map(({ id }) => id)).toEqual(['done', 'under way']);
  await harness.restart();
  const after = await listen(harness);
  await harness.pass(1);
  expect(after.fired.map(({ id }) => id)).toEqual(['under way', 'later']);
});

test('records a late answer of a firing that was given up no second time', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now();
  const finish: (() => void)[] = [];
  const { fired } = await listen(harness, () => new Promise((resolve) => finish.push(resolve)));
  await timers.set('a', at, { n: 1 });
  await harness.pass(30_000);
  await harness.pass(1_000);
  expect(fired.map(({ attempt }) => attempt)).toEqual([1, 2]);
  finish[0]!();
  await harness.restart();
  const after = await listen(harness);
  await harness.settle();
  expect(after.fired.map(({ attempt }) => attempt)).toEqual([3]);
});

test('keeps a timer that was cancelled and set again while it was under way, whatever becomes of the first', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now();
  const finish: (() => void)[] = [];
  const { fired } = await listen(harness, () => new Promise((resolve) => finish.push(resolve)));
  await timers.set('a', at, { n: 1 });
  await harness.settle();
  await timers.cancel('a', at);
  await timers.set('a', at, { n: 2 });
  finish[0]!();
  await harness.settle();
  expect(fired).toHaveLength(2);
  await harness.restart();
  const after = await listen(harness);
  await harness.settle();
  expect(after.fired.map(({ id }) => id)).toEqual(['a']);
});

test('finds every timer again after a restart, many instants of one id among them', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const start = harness.now() + 1_000;
  const count = 21_000;
  await Promise.all(Array.from({ length: count }, (_, n) => timers.set(`t${n % 3}`, start + n, { n })));
  await harness.restart();
  const { fired } = await listen(harness);
  harness.alarm.set(start + count);
  await harness.settle();
  expect(new Set(fired.map(({ at }) => at)).size).toBe(count);
  expect(fired).toHaveLength(count);
}, 20_000);

test('fires a second later what it cannot read when it is due, and tries no more often', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const { fired } = await listen(harness);
  const at = harness.now() + 1_000;
  await timers.set('a', at, { n: 1 });
  const rename = (from: string, to: string) =>
    harness.engine.define((execute) => execute(`ALTER TABLE "${from}" RENAME TO "${to}"`));
  rename('harness.calls set', 'away');
  await harness.pass(1_000);
  rename('away', 'harness.calls set');
  await harness.pass(999);
  expect(fired).toEqual([]);
  await harness.pass(1);
  expect(fired.map(({ firedAt }) => firedAt)).toEqual([at + 1_000]);
});

test('begins a second later when the timers cannot be read at first, and misses none that is set meanwhile', async () => {
  await using harness = new LocalHarness();
  const timers = await open(harness);
  const at = harness.now();
  await timers.set('before', at, { n: 1 });
  const rename = (from: string, to: string) =>
    harness.engine.define((execute) => execute(`ALTER TABLE "${from}" RENAME TO "${to}"`));
  rename('harness.calls set', 'away');
  const { fired } = await listen(harness);
  rename('away', 'harness.calls set');
  await timers.set('meanwhile', at, { n: 2 });
  await harness.pass(999);
  expect(fired).toEqual([]);
  await harness.pass(1);
  expect(fired.map(({ id }) => id)).toEqual(['before', 'meanwhile']);
});

import { accepted, http, on, operation, queue, service, table, timer, topic, type Environment } from '@portolan/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { localQueue } from '../queue/local-queue.ts';
import { localTable } from '../table/local-table.ts';
import { VirtualAlarm } from '@portolan/node/testing';
import { localTimer } from '../timer/local-timer.ts';
import { localTopic } from '../topic/local-topic.ts';
import { openLocal, type LocalPlatform } from './local-platform.ts';

const orders = table('orders', { item: z.object({ id: z.string(), state: z.string() }), key: ['id'] });
const reminders = timer('reminders', { payload: z.object({ order: z.string() }), prompt: true });
const mails = queue('mails', {
  message: z.object({ order: z.string() }),
  ordered: true,
  retry: { maxAttempts: 1, baseMs: 1, capMs: 1 },
});
const events = topic('events', { event: z.object({ type: z.string(), order: z.string() }), filterable: ['type'] });
const place = operation({
  method: 'POST',
  path: '/orders/{id}',
  summary: 'Places an order.',
  params: z.object({ id: z.string() }),
  replies: { accepted: z.object({ id: z.string() }) },
});

/** Every kind of port in one chain: an order is placed, a timer wakes, a mail is queued, an event goes out. */
function shop(seen: { mailed: string[]; audited: string[] }, fail = { mail: false, hang: false }) {
  const ports = { orders, reminders, mails, events };
  return service('shop', ports, {
    api: http(
      '/shop/v1',
      { place },
      { orders: orders.write, reminders: reminders.set },
      {
        place: async ({ params: { id } }, granted, { clock }) => {
          await granted.orders.put({ id, state: 'open' });
          await granted.reminders.set(id, clock.now() + 60_000, { order: id });
          return accepted({ id });
        },
      },
    ),
    remind: on(reminders, { mails: mails.send }, async ({ message: { order } }, granted) => {
      await granted.mails.send({ order }, { orderingKey: order });
    }),
    mail: on(mails, { events: events.publish, orders: orders.readWrite }, async ({ message: { order } }, granted) => {
      if (fail.hang) await new Promise(() => {});
      if (fail.mail) throw new Error('the mail server is down');
      seen.mailed.push(order);
      await granted.orders.update({ id: order }, () => ({ write: { id: order, state: 'mailed' }, result: undefined }));
      await granted.events.publish({ type: 'mailed', order });
    }),
    audit: on(events, {}, async ({ message: { order } }) => void seen.audited.push(order), {
      filter: { type: ['mailed'] },
    }),
  });
}

const bindings = { orders: localTable(), reminders: localTimer(), mails: localQueue(), events: localTopic() };

let folder = '';
let alarm = new VirtualAlarm();
let platform: LocalPlatform;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-platform-'));
  alarm = new VirtualAlarm();
  platform = await open();
});
afterEach(async () => {
  await during(platform.close());
  rmSync(folder, { recursive: true });
});

const open = (environment: Partial<Environment> = {}) => openLocal({ file: join(folder, 'a.db'), alarm, environment });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    alarm.ring();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function pass(durationMs: number): Promise<void> {
  const target = alarm.clock.now() + durationMs;
  for (await settle(); alarm.next <= target; await settle()) alarm.set(alarm.next);
  alarm.set(target);
  await settle();
}

/** Lets time pass while something waits for it. */
async function during<T>(waiting: Promise<T>): Promise<T> {
  await settle();
  await pass(20_000);
  return waiting;
}

const placeOrder = (running: { functions: Awaited<ReturnType<LocalPlatform['run']>>['functions'] }, id: string) =>
  running.functions['api']!.call('place', { params: { id }, checkReply: true });

test('runs a service from its HTTP operation through timer, queue and topic', async () => {
  const seen = { mailed: [] as string[], audited: [] as string[] };
  const running = await platform.run(shop(seen), bindings);
  expect(await placeOrder(running, 'a')).toEqual({ kind: 'accepted', body: { id: 'a' } });
  await pass(59_999);
  expect(seen).toEqual({ mailed: [], audited: [] });
  await pass(1);
  expect(seen).toEqual({ mailed: ['a'], audited: ['a'] });
});

test('goes on after it was closed and opened again', async () => {
  const seen = { mailed: [] as string[], audited: [] as string[] };
  await placeOrder(await platform.run(shop(seen), bindings), 'a');
  await platform.close();
  alarm.set(alarm.clock.now() + 3_600_000);
  platform = await open();
  await platform.run(shop(seen), bindings);
  await settle();
  expect(seen).toEqual({ mailed: ['a'], audited: ['a'] });
});

test('keeps services apart whose ports have the same names', async () => {
  const seen = { mailed: [] as string[], audited: [] as string[] };
  const first = shop(seen);
  const second = { ...first, name: 'other' };
  const running = await platform.run(first, bindings);
  await platform.run(second, bindings);
  await placeOrder(running, 'a');
  await pass(60_000);
  expect(seen.mailed).toEqual(['a']);
});

test('refuses to run a service twice at the same time, and takes it again once it was stopped', async () => {
  const seen = { mailed: [] as string[], audited: [] as string[] };
  const running = await platform.run(shop(seen), bindings);
  await expect(platform.run(shop(seen), bindings)).rejects.toMatchObject({ code: 'invalid' });
  await running.stop();
  await placeOrder(await platform.run(shop(seen), bindings), 'a');
  await pass(60_000);
  expect(seen.mailed).toEqual(['a']);
});

test('shows operators where dead letters lie, with their reasons, and sends them back', async () => {
  const seen = { mailed: [] as string[], audited: [] as string[] };
  const fail = { mail: true, hang: false };
  const running = await platform.run(shop(seen, fail), bindings);
  await placeOrder(running, 'a');
  await pass(60_000);
  const at = { service: 'shop', port: 'mails' };
  expect(platform.deadLetterPlaces().filter(({ count }) => count > 0)).toEqual([{ ...at, count: 1 }]);
  expect((await platform.deadLetters(at)).items).toMatchObject([
    { message: { order: 'a' }, reason: 'Error: the mail server is down' },
  ]);
  fail.mail = false;
  expect(await platform.redrive(at)).toBe(1);
  await settle();
  expect(seen.mailed).toEqual(['a']);
  expect(platform.deadLetterPlaces().map(({ port, subscription, count }) => [port, subscription, count])).toEqual(
    expect.arrayContaining([
      ['reminders', undefined, 0],
      ['mails', undefined, 0],
      ['events', 'audit', 0],
    ]),
  );
  await expect(platform.deadLetters({ service: 'shop', port: 'nothing' })).rejects.toMatchObject({ code: 'not-found' });
});

test('waits for work under way when it is closed, but no longer than the grace', async () => {
  const seen = { mailed: [] as string[], audited: [] as string[] };
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  await platform.close();
  platform = await open({ log });
  await placeOrder(await platform.run(shop(seen, { mail: false, hang: true }), bindings), 'a');
  await pass(60_000);
  let closed = false;
  const closing = platform.close().then(() => (closed = true));
  await pass(9_999);
  expect(closed).toBe(false);
  await pass(1);
  await closing;
  expect(warnings).toEqual(['stopped with work under way']);
  // What was left behind had used its one attempt up.
  platform = await open();
  await platform.run(shop(seen), bindings);
  await settle();
  const { items } = await platform.deadLetters({ service: 'shop', port: 'mails' });
  expect(items).toMatchObject([{ reason: 'attempt 1 was the last and got no answer: the process ended' }]);
});

test('leaves nothing behind that rings after it was closed', async () => {
  await platform.run(shop({ mailed: [], audited: [] }), bindings);
  await platform.close();
  expect(alarm.next).toBe(Infinity);
});

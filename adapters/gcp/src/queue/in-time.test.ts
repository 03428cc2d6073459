import type { Delivery } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { inTime } from './in-time.ts';

const batch = ['a', 'b', 'c'].map((id): Delivery => ({ id, message: id, attempt: 1, at: 0 }));

test('gives up what is not answered in time, and nothing else', async () => {
  const alarm = new VirtualAlarm();
  const gates = batch.map(() => Promise.withResolvers<void>());
  const consumer = inTime(() => gates.map(({ promise }) => promise), 1_000, nodeEnvironment(alarm));
  const settled: string[] = [];
  consumer(batch).forEach((answer, index) => {
    answer.then(
      () => settled.push(`${index} done`),
      (error: Error) => settled.push(`${index} ${error.message}`),
    );
  });
  gates[0]!.resolve();
  gates[1]!.reject(new Error('failed'));
  alarm.set(alarm.clock.now() + 999);
  alarm.ring();
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled.sort()).toEqual(['0 done', '1 failed']);
  alarm.set(alarm.clock.now() + 1);
  alarm.ring();
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled.sort()).toEqual(['0 done', '1 failed', '2 no answer within 1 s']);
});

test('keeps one alarm for all that is under way, and arms it again for what came later', async () => {
  const alarm = new VirtualAlarm();
  const environment = nodeEnvironment(alarm);
  const never = inTime((deliveries) => deliveries.map(() => new Promise<void>(() => undefined)), 1_000, environment);
  const start = alarm.clock.now();
  const failures: number[] = [];
  const hand = (): void => never([batch[0]!]).forEach((answer) => answer.catch(() => failures.push(alarm.clock.now())));
  hand();
  alarm.set(start + 400);
  hand();
  for (const at of [1_000, 1_400]) {
    expect(alarm.next).toBe(start + at);
    alarm.set(start + at);
    alarm.ring();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(failures).toEqual([start + 1_000, start + 1_400]);
  expect(alarm.next).toBe(Infinity);
});

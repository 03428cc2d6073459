import type { Consumption } from '@portolan/kernel';
import { LocalHarness } from '../testing/local-harness.ts';
import { sqliteSchedules } from './schedules.ts';

const minute = 60_000;
const everyFive = { kind: 'every', intervalMs: 5 * minute } as const;

async function start(
  harness: LocalHarness,
  schedule: Parameters<ReturnType<typeof sqliteSchedules>['start']>[0],
  run = async () => {},
) {
  const ticks: string[] = [];
  const running: Consumption = await sqliteSchedules(harness.engine).start(schedule, 'service.tick', async (at) => {
    ticks.push(new Date(at).toISOString());
    await run();
  });
  await harness.settle();
  return { ticks, running };
}

test('ticks at whole multiples of the interval', async () => {
  await using harness = new LocalHarness();
  await harness.pass(minute);
  const { ticks } = await start(harness, everyFive);
  await harness.pass(14 * minute);
  expect(ticks).toEqual(['2026-01-01T00:05:00.000Z', '2026-01-01T00:10:00.000Z', '2026-01-01T00:15:00.000Z']);
});

test('makes up for all ticks that were missed while nothing ran by one', async () => {
  await using harness = new LocalHarness();
  const before = await start(harness, everyFive);
  await harness.pass(5 * minute);
  expect(before.ticks).toHaveLength(1);
  await harness.restart();
  harness.alarm.set(harness.now() + 23 * minute);
  const after = await start(harness, everyFive);
  expect(after.ticks).toEqual(['2026-01-01T00:25:00.000Z']);
  await harness.pass(2 * minute);
  expect(after.ticks).toEqual(['2026-01-01T00:25:00.000Z', '2026-01-01T00:30:00.000Z']);
});

test('ticks again after a crash during a tick', async () => {
  await using harness = new LocalHarness();
  const before = await start(harness, everyFive, () => new Promise(() => {}));
  await harness.pass(5 * minute);
  expect(before.ticks).toEqual(['2026-01-01T00:05:00.000Z']);
  await harness.restart();
  const after = await start(harness, everyFive);
  expect(after.ticks).toEqual(before.ticks);
});

test('never runs two ticks of one schedule at once', async () => {
  await using harness = new LocalHarness();
  let finish: () => void = () => {};
  const { ticks } = await start(harness, everyFive, () => new Promise((resolve) => (finish = resolve)));
  await harness.pass(17 * minute);
  expect(ticks).toEqual(['2026-01-01T00:05:00.000Z']);
  finish();
  await harness.settle();
  expect(ticks).toEqual(['2026-01-01T00:05:00.000Z', '2026-01-01T00:15:00.000Z']);
});

test('ticks on when the clock was set back', async () => {
  await using harness = new LocalHarness();
  const before = await start(harness, everyFive);
  await harness.pass(5 * minute);
  await before.running.stop();
  harness.alarm.set(harness.now() - 86_400_000);
  const after = await start(harness, everyFive);
  await harness.pass(5 * minute);
  expect(after.ticks).toEqual(['2025-12-31T00:10:00.000Z']);
});

test('waits for the tick under way when it is stopped, and ticks no more', async () => {
  await using harness = new LocalHarness();
  let finish: () => void = () => {};
  const { ticks, running } = await start(harness, everyFive, () => new Promise((resolve) => (finish = resolve)));
  await harness.pass(5 * minute);
  let stopped = false;
  const stopping = running.stop().then(() => (stopped = true));
  await harness.settle();
  expect(stopped).toBe(false);
  finish();
  await stopping;
  await harness.pass(20 * minute);
  expect(ticks).toHaveLength(1);
});

test('ticks by a cron pattern in its time zone, over the change of the clocks', async () => {
  await using harness = new LocalHarness();
  harness.alarm.set(Date.UTC(2026, 2, 27, 12));
  const { ticks } = await start(harness, { kind: 'cron', pattern: '30 9 * * *', timeZone: 'Europe/Berlin' });
  await harness.pass(3 * 86_400_000);
  expect(ticks).toEqual(['2026-03-28T08:30:00.000Z', '2026-03-29T07:30:00.000Z', '2026-03-30T07:30:00.000Z']);
});

test('makes up for missed ticks of a cron pattern by the last of them', async () => {
  await using harness = new LocalHarness();
  const hourly = { kind: 'cron', pattern: '0 * * * *', timeZone: 'UTC' } as const;
  await start(harness, hourly);
  await harness.restart();
  harness.alarm.set(harness.now() + 210 * minute);
  const { ticks } = await start(harness, hourly);
  expect(ticks).toEqual(['2026-01-01T03:00:00.000Z']);
});

test.each([
  ['pattern', { kind: 'cron', pattern: 'every noon', timeZone: 'UTC' }],
  ['pattern with seconds', { kind: 'cron', pattern: '0 0 * * * *', timeZone: 'UTC' }],
  ['time zone', { kind: 'cron', pattern: '0 * * * *', timeZone: 'Europe/Atlantis' }],
] as const)('refuses a %s that it does not understand', async (_what, schedule) => {
  await using harness = new LocalHarness();
  await expect(start(harness, schedule)).rejects.toMatchObject({ code: 'invalid' });
});

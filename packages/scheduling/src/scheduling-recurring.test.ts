import { days, hours, minutes, seconds } from '@portolan/kernel';
import { groups } from './ports.ts';
import { answered, startScheduling } from './testing/index.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (ms: number): string => new Date(start + ms).toISOString();

describe('recurring tasks', () => {
  test('an interval runs on the beat until its count is used up', async () => {
    const { world, receiver, create, get } = await startScheduling();
    const task = await create({ everyMs: 60_000, count: 3 });
    await world.advance(hours(1));
    expect(receiver.received.map((request) => request.at - start)).toEqual([60_000, 120_000, 180_000]);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
    expect((await get(task.id)).state).toBe('succeeded');
  });

  test('a cron pattern runs by its zone until its bound', async () => {
    const { world, receiver, create } = await startScheduling();
    await create({ cron: '0 9 * * *', timeZone: 'Europe/Berlin', until: at(days(2)) });
    await world.advance(days(5));
    expect(receiver.received.map((request) => new Date(request.at).toISOString())).toEqual([
      '2026-01-01T08:00:00.000Z',
      '2026-01-02T08:00:00.000Z',
    ]);
  });

  test('a flexible window spreads a hotspot over its length, never early', async () => {
    const { world, receiver, create } = await startScheduling();
    for (let n = 0; n < 200; n++) await create({ at: at(minutes(1)), flexibleWindowMs: 60_000 });
    await world.advance(minutes(3));
    const offsets = receiver.received.map((request) => request.at - start - minutes(1));
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(60_000);
    expect(new Set(offsets.map((offset) => Math.floor(offset / 6_000))).size).toBeGreaterThanOrEqual(9);
  });

  test.each([
    ['all', [1, 2, 3, 4, 5, 6]],
    ['latest', [1, 5, 6]],
    ['none', [1, 6]],
  ] as const)('after a downtime of hours, catch-up "%s" makes up for what was missed', async (policy, expected) => {
    const { world, receiver, create } = await startScheduling();
    await create({ everyMs: hours(1), catchUp: { policy } });
    await world.advance(minutes(90));
    // The process is gone from 01:30 to 05:10.
    await world.jump(start + hours(5) + minutes(10));
    await world.advance(hours(1));
    expect(
      receiver.received.map(({ body }) => (Date.parse(JSON.parse(body).scheduledAt as string) - start) / hours(1)),
    ).toEqual(expected);
  });

  test('catch-up stops at its window', async () => {
    const { world, receiver, create } = await startScheduling();
    await create({ everyMs: hours(1), catchUp: { policy: 'all', windowMs: hours(2) } });
    await world.jump(start + hours(6) + minutes(30));
    await world.advance(1_000);
    expect(
      receiver.received.map(({ body }) => (Date.parse(JSON.parse(body).scheduledAt as string) - start) / hours(1)),
    ).toEqual([5, 6]);
  });

  test('an occurrence further ahead than any timer comes to pass all the same, and none before it is lost', async () => {
    const { world, receiver, create, get } = await startScheduling();
    const task = await create({ cron: '0 0 0 2 1 * 2026,2045' });
    await world.advance(days(2));
    expect(receiver.received.map((request) => request.at)).toEqual([start + days(1)]);
    expect(await get(task.id)).toMatchObject({ state: 'scheduled', nextRunAt: '2045-01-02T00:00:00.000Z' });
    for (let year = 2027; year <= 2045; year++) await world.jump(Date.UTC(year, 0, 1));
    expect(receiver.received).toHaveLength(1);
    await world.advance(days(2));
    expect(receiver.received.map((request) => request.at).slice(1)).toEqual([Date.UTC(2045, 0, 2)]);
    expect((await get(task.id)).state).toBe('succeeded');
  });

  test.each([
    ['allow', [60, 120, 180, 240]],
    ['skip', [60, 180]],
    ['queue', [60, 150, 240]],
    ['replace', [60, 120, 180, 240]],
  ] as const)('a run that takes 90 s under a beat of 60 s, policy "%s"', async (concurrency, expected) => {
    const { world, receiver, create } = await startScheduling();
    receiver.behave = () => ({ outcome: answered(204), afterMs: seconds(90) });
    await create({ everyMs: 60_000, concurrency, timeoutMs: 60_000 });
    await world.advance(seconds(269));
    expect(receiver.received.map((request) => Math.floor((request.at - start) / 1_000))).toEqual(expected);
  });
});

describe('groups', () => {
  test('a paused group holds its tasks, and lets all of them go when it is resumed', async () => {
    const { world, receiver, create, call } = await startScheduling();
    await call('putGroup', { params: { id: 'mail' }, body: { paused: true } });
    for (let n = 0; n < 30; n++) await create({ group: 'mail', delayMs: 1_000 });
    await create({ group: 'other', delayMs: 1_000 });
    await world.advance(minutes(10));
    expect(receiver.received).toHaveLength(1);
    await call('putGroup', { params: { id: 'mail' }, body: {} });
    await world.advance(seconds(1));
    expect(receiver.received).toHaveLength(31);
  });

  test('a rate spreads starts evenly', async () => {
    const { world, receiver, create, call } = await startScheduling();
    await call('putGroup', { params: { id: 'slow' }, body: { perSecond: 2 } });
    for (let n = 0; n < 11; n++) await create({ group: 'slow', delayMs: 1_000 });
    await world.advance(seconds(10));
    const times = receiver.received.map((request) => request.at).sort((a, b) => a - b);
    expect(times).toHaveLength(11);
    times.slice(1).forEach((time, index) => expect(time - times[index]!).toBeGreaterThanOrEqual(499));
    expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual(5_600);
  });

  test('a rate that gives slots beyond the reach of timers loses no run', async () => {
    const { world, receiver, create, call } = await startScheduling();
    const slow = { params: { id: 'slow' }, body: { perSecond: 0.000_01 } };
    expect(await call('putGroup', { ...slow, body: { perSecond: 0.000_009 } })).toMatchObject({ problem: 'invalid' });
    await call('putGroup', slow);
    // As after a crowd of some thousand, each of which took a slot of 100,000 s.
    const crowded = world.open(groups);
    await crowded.update({ kind: 'group', group: 'slow' }, (row) => ({
      write: { ...row!.item, nextSlotAt: start + days(3_652) },
      result: undefined,
    }));
    for (let n = 0; n < 5; n++) await create({ group: 'slow', delayMs: 0 });
    await world.advance(seconds(1));
    expect(receiver.received).toEqual([]);
    await world.jump(start + days(3_654));
    expect(receiver.received).toHaveLength(5);
  });

  test('no more runs at once than the group allows, and all of them in the end', async () => {
    const { world, receiver, create, call } = await startScheduling();
    await call('putGroup', { params: { id: 'narrow' }, body: { concurrent: 3 } });
    receiver.behave = () => ({ outcome: answered(204), afterMs: 1_000 });
    for (let n = 0; n < 20; n++) await create({ group: 'narrow', delayMs: 1_000 });
    await world.advance(minutes(2));
    expect(receiver.mostAtOnce).toBe(3);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(20);
    expect(receiver.received).toHaveLength(20);
  });
});

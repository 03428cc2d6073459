import { days, hours, minutes, seconds } from '@portolan/kernel';
import { answered, startScheduling } from './testing/index.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (ms: number): string => new Date(start + ms).toISOString();

describe('retries and dead letters', () => {
  test('a failure is tried again within its backoff, under one webhook-id, until it succeeds', async () => {
    const { world, receiver, create, get, call } = await startScheduling();
    receiver.behave = (_request, nth) => ({ outcome: answered(nth < 4 ? 503 : 200) });
    const task = await create({ delayMs: 0, retry: { maxAttempts: 5, baseMs: 1_000, capMs: 3_000 } });
    await world.advance(minutes(1));
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    receiver.received
      .slice(1)
      .forEach((request, index) =>
        expect(request.at - receiver.received[index]!.at).toBeLessThanOrEqual(Math.min(3_000, 1_000 * 2 ** index)),
      );
    expect((await get(task.id)).state).toBe('succeeded');
    const { body } = (await call('listAttempts', { params: { id: task.id } })) as { body: { attempts: unknown[] } };
    expect(body.attempts).toMatchObject([
      { number: 1, status: 503, outcome: 'failed' },
      {},
      {},
      { number: 4, status: 200, outcome: 'delivered' },
    ]);
  });

  test('Retry-After is honoured even beyond the cap', async () => {
    const { world, receiver, create } = await startScheduling();
    receiver.behave = (_request, nth) => ({
      outcome: nth === 1 ? answered(429, { retryAfterMs: minutes(7) }) : answered(200),
    });
    await create({ delayMs: 0, retry: { capMs: 1_000 } });
    await world.advance(minutes(7) - 1);
    expect(receiver.received).toHaveLength(1);
    await world.advance(seconds(2));
    expect(receiver.received).toHaveLength(2);
  });

  test.each([400, 401, 404, 410, 422, 301, 302])('status %i is final', async (status) => {
    const { world, receiver, create, get } = await startScheduling();
    receiver.behave = () => ({ outcome: answered(status) });
    const task = await create({ delayMs: 0 });
    await world.advance(days(1));
    expect(receiver.received).toHaveLength(1);
    expect(await get(task.id)).toMatchObject({ state: 'failed', runs: [{ state: 'failed' }] });
  });

  test.each([408, 409, 425, 429, 500, 502, 503])('status %i is tried again', async (status) => {
    const { world, receiver, create } = await startScheduling();
    receiver.behave = (_request, nth) => ({ outcome: answered(nth === 1 ? status : 200) });
    await create({ delayMs: 0 });
    await world.advance(minutes(1));
    expect(receiver.received).toHaveLength(2);
  });

  test('a run that was given up is a dead letter with every attempt, and is delivered when it is redriven', async () => {
    const { world, receiver, create, get, call } = await startScheduling();
    receiver.behave = () => ({ outcome: answered(500, { excerpt: 'out of paper' }) });
    const task = await create({ delayMs: 0, retry: { maxAttempts: 3, baseMs: 10, capMs: 10 } });
    await world.advance(minutes(1));
    const listed = (await call('listDeadLetters', { query: {} })) as { body: { deadLetters: { id: string }[] } };
    expect(listed.body.deadLetters).toMatchObject([
      {
        task: task.id,
        reason: 'HTTP 500: out of paper',
        attempts: [{ number: 1 }, { number: 2 }, { number: 3, status: 500 }],
      },
    ]);
    receiver.behave = () => ({ outcome: answered(200) });
    expect(await call('redriveDeadLetter', { params: { id: listed.body.deadLetters[0]!.id } })).toMatchObject({
      kind: 'accepted',
      body: { state: 'running' },
    });
    await world.advance(seconds(1));
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(await get(task.id)).toMatchObject({ state: 'succeeded', runs: [{ attempts: 4 }] });
    expect(await call('listDeadLetters', { query: {} })).toMatchObject({ body: { deadLetters: [] } });
  });
});

describe('changing', () => {
  test('a task can be moved either way, and fires at the last instant it was given', async () => {
    const { world, receiver, create, call } = await startScheduling();
    const { id } = await create({ at: at(minutes(10)) });
    expect(await call('changeTask', { params: { id }, body: { at: at(minutes(5)) } })).toMatchObject({
      kind: 'ok',
      body: { nextRunAt: at(minutes(5)) },
    });
    await call('changeTask', { params: { id }, body: { delayMs: minutes(20) } });
    await world.advance(minutes(20) - 1);
    expect(receiver.received).toEqual([]);
    await world.advance(hours(1));
    expect(receiver.received.map((request) => request.at - start)).toEqual([minutes(20)]);
  });

  test('many changes at once leave one plan, which fires', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { world, receiver, create, call, get } = await startScheduling({ seed });
      const { id } = await create({ at: at(minutes(10)) });
      await Promise.all(
        Array.from({ length: 8 }, (_, n) => call('changeTask', { params: { id }, body: { at: at(minutes(1 + n)) } })),
      );
      const { nextRunAt } = await get(id);
      await world.advance(hours(1));
      expect(receiver.received.map((request) => new Date(request.at).toISOString())).toEqual([nextRunAt]);
    }
  });

  test('a cancelled task never fires; cancelling again changes nothing; a finished one cannot be cancelled', async () => {
    const { world, receiver, create, call } = await startScheduling();
    const { id } = await create({ delayMs: 1_000 });
    expect(await call('cancelTask', { params: { id } })).toMatchObject({ kind: 'ok', body: { state: 'cancelled' } });
    expect(await call('cancelTask', { params: { id } })).toMatchObject({ kind: 'ok', body: { state: 'cancelled' } });
    const done = await create({ delayMs: 0 });
    await world.advance(minutes(1));
    expect(receiver.received).toHaveLength(1);
    expect(await call('cancelTask', { params: { id: done.id } })).toMatchObject({ problem: 'conflict' });
    expect(await call('cancelTask', { params: { id: 'nobody' } })).toMatchObject({ problem: 'not-found' });
  });

  test('a paused task waits, and catches up by its policy when it is resumed', async () => {
    const { world, receiver, create, call } = await startScheduling();
    const { id } = await create({ everyMs: hours(1) });
    expect(await call('changeTask', { params: { id }, body: { paused: true } })).toMatchObject({
      body: { state: 'paused' },
    });
    await world.advance(hours(3) + minutes(30));
    expect(receiver.received).toEqual([]);
    expect(await call('changeTask', { params: { id }, body: { paused: false } })).toMatchObject({
      body: { state: 'scheduled' },
    });
    await world.advance(minutes(31));
    const inMinutes = receiver.received.map((request) => Math.floor((request.at - start) / minutes(1)));
    expect(inMinutes).toEqual([210, 240]);
  });

  test('run now delivers at once, beside the schedule', async () => {
    const { world, receiver, create, call, get } = await startScheduling();
    const { id } = await create({ delayMs: hours(1) });
    expect(await call('runTask', { params: { id } })).toMatchObject({ kind: 'accepted', body: { state: 'running' } });
    await world.advance(seconds(1));
    expect(receiver.received).toHaveLength(1);
    expect((await get(id)).state).toBe('scheduled');
    await world.advance(hours(1));
    expect(receiver.received).toHaveLength(2);
  });
});

describe('lists and figures', () => {
  test('lists are by state and group, the newest first, and page through everything once', async () => {
    const { world, call, create } = await startScheduling();
    const ids: string[] = [];
    for (let n = 0; n < 25; n++) {
      ids.push((await create({ group: n % 2 ? 'odd' : 'even', delayMs: n < 10 ? 1_000 : hours(1) })).id);
      await world.advance(1);
    }
    await world.advance(seconds(5));
    const all = async (query: Record<string, unknown>) => {
      const found: string[] = [];
      for (let cursor: string | undefined; ;) {
        const { body } = (await call('listTasks', {
          query: { ...query, limit: 4, ...(cursor ? { cursor } : {}) },
        })) as { body: { tasks: { id: string }[]; cursor?: string } };
        found.push(...body.tasks.map(({ id }) => id));
        if (body.cursor === undefined) return found;
        cursor = body.cursor;
      }
    };
    expect(await all({})).toEqual(ids.toReversed());
    expect(await all({ state: 'succeeded' })).toEqual(ids.slice(0, 10).toReversed());
    expect(await all({ group: 'odd' })).toEqual(ids.filter((_, n) => n % 2).toReversed());
    expect(await all({ group: 'odd', state: 'scheduled' })).toEqual(
      ids.filter((_, n) => n % 2 && n >= 10).toReversed(),
    );
    expect(await call('listTasks', { query: { cursor: 'garbage' } })).toMatchObject({ problem: 'invalid' });
    expect(await call('listTasks', { query: { state: 'lost' } })).toMatchObject({
      problem: 'invalid',
      errors: [{ field: 'query.state', value: 'lost' }],
    });
  });

  test.each([
    ['whole pages', {}],
    ['pages of one item', { shorten: 1 }],
  ])('stats count what is open, fired and failed, and tell the lateness, from %s of their table', async (_, faults) => {
    const { world, receiver, create, call } = await startScheduling({ faults });
    receiver.behave = ({ url }) => ({ outcome: answered(url.includes('bad') ? 400 : 200) });
    for (let n = 0; n < 5; n++) await create({ delayMs: 1_000 });
    await create({ delayMs: 1_000, target: { kind: 'webhook', url: 'https://bad.example/' } });
    await create({ delayMs: hours(2) });
    await world.advance(seconds(5));
    expect(await call('getStats')).toMatchObject({
      body: {
        open: 1,
        fired: 6,
        succeeded: 5,
        failed: 1,
        lateness: { p50Ms: 0, p99Ms: 0, maxMs: 0 },
        minutes: [{ fired: 6 }],
      },
    });
  });

  test.each(['0', '1001', '1.5', 'ten', ''])('a page of "%s" is refused with what a page may have', async (limit) => {
    const { call } = await startScheduling();
    for (const list of ['listTasks', 'listDeadLetters', 'listGroups'])
      expect(await call(list, { query: { limit } })).toMatchObject({
        problem: 'invalid',
        errors: [{ field: 'query.limit', value: limit, expected: 'expected a whole number, 1 to 1,000' }],
      });
  });

  test('a preview shows the next runs and refuses what a task would be refused for', async () => {
    const { call } = await startScheduling();
    expect(
      await call('preview', {
        body: {
          cron: '30 2 * * *',
          timeZone: 'America/New_York',
          gap: 'shift',
          from: '2026-03-07T12:00:00Z',
          count: 2,
        },
      }),
    ).toEqual({
      kind: 'ok',
      body: { runs: ['2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z'] },
    });
    expect(await call('preview', { body: { everyMs: 60_000, count: 2 } })).toMatchObject({
      body: { runs: [at(60_000), at(120_000)] },
    });
    // What a year of four digits cannot write is shown no more.
    expect(await call('preview', { body: { everyMs: 60_000, from: '9999-12-31T23:58:30Z' } })).toEqual({
      kind: 'ok',
      body: { runs: ['9999-12-31T23:59:30.000Z'] },
    });
    expect(await call('preview', { body: { cron: '0 0 * * *', from: 8_640_000_000_000_000 } })).toMatchObject({
      problem: 'invalid',
      errors: [{ field: 'body.from' }],
    });
    expect(await call('preview', { body: { cron: 'never' } })).toMatchObject({
      problem: 'invalid',
      errors: [{ field: 'body.cron' }],
    });
    expect(await call('preview', { body: {} })).toMatchObject({ problem: 'invalid' });
  });
});

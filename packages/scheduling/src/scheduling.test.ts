import { days, hours, minutes, seconds } from '@portolan/kernel';
import { answered, startScheduling } from './testing/index.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const at = (ms: number): string => new Date(start + ms).toISOString();

describe('one-off tasks', () => {
  test('a task fires once, at its instant and not before', async () => {
    const { world, receiver, create, get } = await startScheduling();
    const task = await create({ at: at(minutes(10)), payload: { n: 1 } });
    expect(task).toMatchObject({ state: 'scheduled', nextRunAt: at(minutes(10)), group: 'default' });
    await world.advance(minutes(10) - 1);
    expect(receiver.received).toEqual([]);
    await world.advance(1);
    expect(receiver.received.map((request) => request.at)).toEqual([start + minutes(10)]);
    expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({
      task: task.id,
      payload: { n: 1 },
      scheduledAt: at(minutes(10)),
      attempt: 1,
    });
    await world.advance(days(1));
    expect(receiver.received).toHaveLength(1);
    expect(await get(task.id)).toMatchObject({ state: 'succeeded', runs: [{ state: 'succeeded', attempts: 1 }] });
  });

  test('a delay beyond 2^31 ms, ten years even, is kept', async () => {
    const { world, receiver, create } = await startScheduling();
    await create({ delayMs: 2 ** 31 + 5 });
    await create({ delayMs: days(3_652) });
    await world.jump(start + 2 ** 31 + 4);
    expect(receiver.received).toHaveLength(0);
    await world.advance(1);
    expect(receiver.received).toHaveLength(1);
    await world.jump(start + days(3_652) - 1);
    expect(receiver.received).toHaveLength(1);
    await world.advance(1);
    expect(receiver.received.map((request) => request.at - start)).toEqual([2 ** 31 + 5, days(3_652)]);
  });

  test('an instant in the past fires at once', async () => {
    const { world, receiver, create } = await startScheduling();
    await create({ at: at(-hours(1)) });
    await world.settle();
    await world.advance(seconds(1));
    expect(receiver.received).toHaveLength(1);
  });

  test('a topic target publishes one event under the id of the run', async () => {
    const { world, receiver, create, get } = await startScheduling();
    const task = await create({ delayMs: 1_000, target: { kind: 'topic', type: 'invoice.due' }, payload: [1, 2] });
    await world.advance(seconds(2));
    expect(await get(task.id)).toMatchObject({ state: 'succeeded', runs: [{ state: 'succeeded', attempts: 1 }] });
    expect(receiver.received).toEqual([]);
  });
});

describe('creating', () => {
  test('the same id and body again gives the same task, another body is a conflict', async () => {
    const { world, receiver, call } = await startScheduling();
    const body = { id: 'bill-7', delayMs: 1_000, target: { kind: 'webhook', url: 'https://a.example/' } };
    expect(await call('createTask', { body })).toMatchObject({
      kind: 'created',
      body: { id: 'bill-7' },
      location: '/tasks/bill-7',
    });
    await world.advance(500);
    expect(await call('createTask', { body: { target: body.target, delayMs: 1_000, id: 'bill-7' } })).toMatchObject({
      kind: 'ok',
      body: { id: 'bill-7', at: at(1_000) },
    });
    expect(await call('createTask', { body: { ...body, payload: 1 } })).toMatchObject({
      kind: 'problem',
      problem: 'conflict',
      errors: [{ field: 'body.id', value: 'bill-7' }],
    });
    await world.advance(hours(1));
    expect(receiver.received).toHaveLength(1);
  });

  test('twenty callers creating one id at once make one task that fires once', async () => {
    const { world, receiver, call } = await startScheduling({ seed: 3 });
    const body = { id: 'one', delayMs: 1_000, target: { kind: 'webhook', url: 'https://a.example/' } };
    const replies = await Promise.all(Array.from({ length: 20 }, () => call('createTask', { body })));
    expect(replies.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(replies.filter(({ kind }) => kind === 'ok')).toHaveLength(19);
    await world.advance(hours(1));
    expect(receiver.received).toHaveLength(1);
  });

  test.each([
    [{ delayMs: 1, cron: '* * * * *' }, 'body.cron', 'exactly one of'],
    [{}, 'body.at', 'exactly one of'],
    [{ delayMs: 1, timeZone: 'Europe/Berlin' }, 'body.timeZone', 'cron only'],
    [{ cron: '61 * * * *' }, 'body.cron', 'Invalid value for minute: 61'],
    [{ cron: '0 0 * * *', timeZone: 'Mars/Olympus' }, 'body.timeZone', 'IANA'],
    [{ cron: '0 0 31 2 *' }, 'body.cron', 'still comes to pass'],
    [{ at: 'tomorrow' }, 'body.at', 'ISO 8601'],
    [{ at: '2026-02-30T00:00:00Z' }, 'body.at', 'ISO 8601'],
    [{ at: at(days(3_660)) }, 'body.at', '10 years'],
    [{ delayMs: -1 }, 'body.delayMs', 'whole milliseconds from 0 to'],
    [{ delayMs: 1.5 }, 'body.delayMs', 'whole milliseconds'],
    [{ everyMs: 10 }, 'body.everyMs', 'whole milliseconds from 1000 to'],
    [{ delayMs: 1, id: '../etc' }, 'body.id', 'A-Z a-z'],
    [{ delayMs: 1, target: { kind: 'webhook', url: 'ftp://a.example' } }, 'body.target.url', 'http or https'],
    [
      { delayMs: 1, target: { kind: 'webhook', url: 'https://me:pw@a.example/' } },
      'body.target.url',
      'without user name',
    ],
    [
      { delayMs: 1, target: { kind: 'webhook', url: 'https://a.example/', headers: { 'Webhook-Id': 'x' } } },
      'body.target.headers',
      'set by the sender',
    ],
    [
      { delayMs: 1, target: { kind: 'webhook', url: 'https://a.example/', headers: { a: 'b\r\nc' } } },
      'body.target.headers',
      'line breaks',
    ],
    [{ delayMs: 1, target: { kind: 'fax' } }, 'body.target.kind', ''],
    [{ delayMs: 1, colour: 'red' }, 'body', 'colour'],
    [{ delayMs: 1, retry: { maxAttempts: 0 } }, 'body.retry.maxAttempts', '>=1'],
    [{ everyMs: 1_000, until: at(-1) }, 'body', 'at least one occurrence'],
  ])('%j is refused, naming %s', async (task, field, expected) => {
    const { call } = await startScheduling();
    const reply = await call('createTask', {
      body: { target: { kind: 'webhook', url: 'https://a.example/' }, ...task },
    });
    expect(reply).toMatchObject({ kind: 'problem', problem: 'invalid', detail: expect.stringContaining(field) });
    expect(JSON.stringify(reply)).toContain(expected);
    expect(await call('listTasks', { query: {} })).toMatchObject({ body: { tasks: [] } });
  });

  test('a batch accepts the good and rejects the bad, in order', async () => {
    const { world, receiver, call } = await startScheduling();
    const good = { delayMs: 1_000, target: { kind: 'webhook', url: 'https://a.example/' } };
    const tasks = [
      { ...good, id: 'a' },
      { ...good, delayMs: 'soon' },
      { ...good, id: 'a' },
      { ...good, id: 'a', payload: 1 },
      7,
    ];
    const reply = await call('createTasks', { body: { tasks } });
    expect(reply).toMatchObject({
      kind: 'ok',
      body: {
        results: [
          { status: expect.stringMatching(/created|existing|rejected/) },
          { status: 'rejected', errors: [{ field: 'body.tasks.1.delayMs' }] },
          {},
          {},
          { status: 'rejected' },
        ],
      },
    });
    await world.advance(seconds(2));
    expect(receiver.received).toHaveLength(1);
  });
});

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
    await world.advance(0);
    expect(
      receiver.received.map(({ body }) => (Date.parse(JSON.parse(body).scheduledAt as string) - start) / hours(1)),
    ).toEqual([5, 6]);
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
    expect(receiver.received.map((request) => (request.at - start) / 1_000)).toEqual(expected);
  });
});

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
      { task: task.id, reason: 'out of paper', attempts: [{ number: 1 }, { number: 2 }, { number: 3, status: 500 }] },
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
    expect(receiver.received.map((request) => request.at - start)).toEqual([hours(3) + minutes(30), hours(4)]);
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

  test('stats count what is open, fired and failed, and tell the lateness', async () => {
    const { world, receiver, create, call } = await startScheduling();
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
    expect(await call('preview', { body: { cron: 'never' } })).toMatchObject({
      problem: 'invalid',
      errors: [{ field: 'body.cron' }],
    });
    expect(await call('preview', { body: {} })).toMatchObject({ problem: 'invalid' });
  });
});

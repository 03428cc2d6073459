import { days, hours, minutes, seconds } from '@portolan/kernel';
import { startScheduling } from './testing/index.ts';

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

  test('a payload that is taken away counts no more against what a topic carries', async () => {
    const { create, call } = await startScheduling();
    const { id } = await create({ delayMs: 1_000, payload: 'x'.repeat(200_000) });
    const toTopic = { payload: null, target: { kind: 'topic', type: 'done' } };
    expect(await call('changeTask', { params: { id }, body: toTopic })).toMatchObject({ kind: 'ok', body: toTopic });
  });

  test('a payload too large for a topic is named by its place in the batch', async () => {
    const { call } = await startScheduling();
    const task = { delayMs: 1, target: { kind: 'topic', type: 'done' } };
    const reply = await call('createTasks', { body: { tasks: [task, { ...task, payload: 'x'.repeat(200_000) }] } });
    expect(reply).toMatchObject({
      body: { results: [{ status: 'created' }, { problem: 'too-large', errors: [{ field: 'body.tasks.1.payload' }] }] },
    });
  });

  test.each([
    [{ delayMs: 1, cron: '* * * * *' }, 'body.cron', 'exactly one of'],
    [{}, 'body.at', 'exactly one of'],
    [{ delayMs: 1, timeZone: 'Europe/Berlin' }, 'body.timeZone', 'cron only'],
    [{ cron: '61 * * * *' }, 'body.cron', 'Invalid value for minute: 61'],
    [{ cron: '0 0 * * *', timeZone: 'Mars/Olympus' }, 'body.timeZone', 'IANA'],
    [{ cron: '0 0 31 2 *' }, 'body.cron', 'still comes to pass'],
    [{ cron: '0 0 0 1 1 * 2099' }, 'body.cron', 'first occurrence at most 10 years ahead'],
    [{ at: 'tomorrow' }, 'body.at', 'ISO 8601'],
    [{ at: '2026-02-30T00:00:00Z' }, 'body.at', 'ISO 8601'],
    [{ at: at(days(3_660)) }, 'body.at', '10 years'],
    [{ everyMs: 1_000, until: 253_402_300_800_000 }, 'body.until', 'year 9999'],
    [{ everyMs: 1_000, until: '9999-12-31T23:00:00-05:00' }, 'body.until', 'year 9999'],
    [{ delayMs: -1 }, 'body.delayMs', 'whole milliseconds from 0 to'],
    [{ delayMs: 1.5 }, 'body.delayMs', 'whole milliseconds'],
    [{ everyMs: 10 }, 'body.everyMs', 'whole milliseconds from 100 to'],
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
    [{ delayMs: 1, target: { kind: 'fax' } }, 'body.target.kind', '"value":"fax"'],
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

  test('a batch accepts the good and rejects the bad, each in its place; of one id, one is created', async () => {
    const { world, receiver, call } = await startScheduling();
    const good = { delayMs: 1_000, target: { kind: 'webhook', url: 'https://a.example/' } };
    const tasks = [{ ...good, id: 'a' }, { ...good, delayMs: 'soon' }, { ...good, id: 'a' }, { ...good, id: 'b' }, 7];
    const reply = await call('createTasks', { body: { tasks } });
    const { results } = (reply as { body: { results: { status: string }[] } }).body;
    expect(results).toMatchObject([
      { task: { id: 'a' } },
      { status: 'rejected', problem: 'invalid', errors: [{ field: 'body.tasks.1.delayMs' }] },
      { task: { id: 'a' } },
      { status: 'created', task: { id: 'b' } },
      { status: 'rejected', problem: 'invalid', errors: [{ field: 'body.tasks.4' }] },
    ]);
    expect([results[0]!.status, results[2]!.status].sort()).toEqual(['created', 'existing']);
    await world.advance(seconds(2));
    expect(receiver.received.map(({ body }) => JSON.parse(body).task).sort()).toEqual(['a', 'b']);
  });
});

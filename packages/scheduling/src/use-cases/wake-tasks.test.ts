import { bindFunction, minutes, seconds } from '@portolan/kernel';
import { tasks, wakeups } from '../ports.ts';
import { scheduling } from '../scheduling.ts';
import { answered, startScheduling, type SchedulingSimulation } from '../testing/index.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const dueAt = start + minutes(1);
const topic = { kind: 'topic', type: 'due' };

/** Tasks that are due at one instant: more than one batch of wake-ups holds. */
async function createMany({ create }: SchedulingSimulation, count: number, task: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push((await create({ at: new Date(dueAt).toISOString(), payload: { n }, ...task })).id);
  return ids;
}

const statesOf = ({ get }: SchedulingSimulation, ids: readonly string[]): Promise<string[]> =>
  Promise.all(ids.map(async (id) => (await get(id)).state));

test('tasks of one instant are each delivered once, to webhooks and topics, and counted once', async () => {
  const simulation = await startScheduling();
  const { world, receiver, heard, call } = simulation;
  const webhooks = await createMany(simulation, 150);
  const topics = await createMany(simulation, 150, { target: topic });
  await world.advance(minutes(1) - 1);
  expect(receiver.received).toEqual([]);
  await world.advance(seconds(1));
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { task: string }).task).sort()).toEqual(
    webhooks.sort(),
  );
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(150);
  expect(heard.map(({ event }) => event.task).sort()).toEqual(topics.sort());
  expect(new Set(await statesOf(simulation, [...webhooks, ...topics]))).toEqual(new Set(['succeeded']));
  expect(await call('getStats')).toMatchObject({
    body: { open: 0, fired: 300, succeeded: 300, failed: 0, lateness: { maxMs: 0 }, minutes: [{ fired: 300 }] },
  });
});

test('an event goes on under the trace that its own task was created with', async () => {
  const { world, heard, call } = await startScheduling();
  for (let n = 1; n <= 3; n++) {
    const trace = { traceparent: `00-${String(n).repeat(32)}-${'a'.repeat(16)}-01`, correlationId: `order ${n}` };
    const body = { id: `task-${n}`, at: new Date(dueAt).toISOString(), target: topic };
    expect(await call('createTask', { body, trace })).toMatchObject({ kind: 'created' });
  }
  await world.advance(minutes(2));
  for (const { event, trace } of heard) {
    const n = event.task.slice(-1);
    expect(trace?.correlationId).toBe(`order ${n}`);
    expect(trace?.traceparent.slice(3, 35)).toBe(n.repeat(32));
  }
  expect(heard).toHaveLength(3);
});

test('a receiver that is slow keeps no other task of the batch waiting', async () => {
  const simulation = await startScheduling();
  const { world, receiver } = simulation;
  receiver.behave = ({ body }) => ({
    outcome: answered(200),
    afterMs: (JSON.parse(body) as { payload: { n: number } }).payload.n % 10 === 0 ? seconds(14) : 5,
  });
  const ids = await createMany(simulation, 50);
  await world.advance(minutes(1) + 100);
  expect(Object.groupBy(await statesOf(simulation, ids), (state) => state)).toMatchObject({
    running: { length: 5 },
    succeeded: { length: 45 },
  });
  await world.advance(seconds(14));
  expect(new Set(await statesOf(simulation, ids))).toEqual(new Set(['succeeded']));
  expect(receiver.received).toHaveLength(50);
});

test('what fails in a batch is tried again or given up by itself', async () => {
  const simulation = await startScheduling();
  const { world, receiver, call } = simulation;
  const seen = new Map<number, number>();
  receiver.behave = ({ body }) => {
    const { n } = (JSON.parse(body) as { payload: { n: number } }).payload;
    seen.set(n, (seen.get(n) ?? 0) + 1);
    return { outcome: answered(n % 7 === 0 ? 410 : n % 5 === 0 && seen.get(n)! < 3 ? 503 : 200) };
  };
  const ids = await createMany(simulation, 35);
  await world.advance(minutes(5));
  const states = await statesOf(simulation, ids);
  states.forEach((state, n) => expect(state).toBe(n % 7 === 0 ? 'failed' : 'succeeded'));
  for (const [n, times] of seen) expect(times).toBe(n % 7 === 0 ? 1 : n % 5 === 0 ? 3 : 1);
  expect(await call('getStats')).toMatchObject({
    body: { open: 0, fired: 35, succeeded: 30, failed: 5, retried: 12 },
  });
});

test('tasks of a group with limits, paused and cancelled ones keep their rules among others of one batch', async () => {
  const simulation = await startScheduling();
  const { world, receiver, call } = simulation;
  await call('putGroup', { params: { id: 'narrow' }, body: { concurrent: 2 } });
  await call('putGroup', { params: { id: 'shut' }, body: { paused: true } });
  receiver.behave = () => ({ outcome: answered(200), afterMs: 1_000 });
  const plain = await createMany(simulation, 10);
  const narrow = await createMany(simulation, 6, { group: 'narrow' });
  const shut = await createMany(simulation, 3, { group: 'shut' });
  const [paused, cancelled] = await createMany(simulation, 2);
  await call('changeTask', { params: { id: paused! }, body: { paused: true } });
  await call('cancelTask', { params: { id: cancelled! } });
  await world.advance(minutes(1) + 500);
  expect(receiver.received).toHaveLength(12);
  await world.advance(minutes(1));
  expect(new Set(await statesOf(simulation, [...plain, ...narrow]))).toEqual(new Set(['succeeded']));
  expect(await statesOf(simulation, [...shut, paused!, cancelled!])).toEqual([
    'scheduled',
    'scheduled',
    'scheduled',
    'paused',
    'cancelled',
  ]);
  await call('putGroup', { params: { id: 'shut' }, body: { paused: false } });
  await world.advance(minutes(1));
  expect(new Set(await statesOf(simulation, shut))).toEqual(new Set(['succeeded']));
});

test('recurring tasks of one instant each go on to their next occurrence', async () => {
  const simulation = await startScheduling();
  const { world, receiver, heard } = simulation;
  const every = { at: undefined, everyMs: minutes(1), startAt: new Date(dueAt).toISOString(), count: 3 };
  await createMany(simulation, 20, every);
  await createMany(simulation, 20, { ...every, target: topic });
  await world.advance(minutes(10));
  expect(receiver.received).toHaveLength(60);
  expect(heard).toHaveLength(60);
  for (const { at, body } of receiver.received)
    expect(at).toBe(Date.parse((JSON.parse(body) as { scheduledAt: string }).scheduledAt));
});

test.each([
  ['webhook', undefined],
  ['topic', topic],
])('whoever changes a %s task while it is due loses neither the occurrence nor what follows', async (_kind, target) => {
  for (let seed = 1; seed <= 60; seed++) {
    const simulation = await startScheduling({ seed });
    const { world, receiver, heard, call, get } = simulation;
    const everyMinute = { at: undefined, everyMs: minutes(1), startAt: new Date(dueAt).toISOString(), count: 2 };
    const ids = [
      ...(await createMany(simulation, 3, target && { target })),
      ...(await createMany(simulation, 3, { ...everyMinute, ...(target && { target }) })),
    ];
    await world.advance(minutes(1) - 1);
    await simulation.stop();
    await world.advance(1);
    // All wake-ups come with the new start; requests to run each task now arrive at every stage of what follows.
    world.crash();
    for (let calls = seed % 15; calls > 0; calls--) await call('getGroup', { params: { id: 'none' } });
    const asked = ids.map((id) => call('runTask', { params: { id } }));
    await world.advance(minutes(5));
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(ids.map(() => 'accepted'));
    const runs = new Set([...receiver.received.map(({ id }) => id), ...heard.map(({ event }) => event.id)]);
    expect(runs.size).toBe(3 * 2 + 3 * 3);
    for (const id of ids) expect((await get(id)).state).toBe('succeeded');
  }
});

/** The wake-ups of tasks, and the function they are handed to. */
async function wakeDirectly(
  { world, receiver }: SchedulingSimulation,
  ids: readonly string[],
  replaced: Readonly<Record<string, unknown>> = {},
) {
  const { webhooks: _, ...engines } = scheduling.ports;
  const contracts = Object.fromEntries(Object.values(engines).map((port) => [port.name, world.open(port)]));
  const stored = Promise.all(ids.map((id) => world.open(tasks).get({ id })));
  await world.settle();
  const batch = (await stored).map((one, n) => ({
    id: one!.item.next!.timer,
    message: { kind: 'due', task: ids[n], setAt: start },
    attempt: 1,
    at: dueAt,
  }));
  const wake = bindFunction(
    scheduling.functions.wake,
    { ...contracts, webhooks: receiver, ...replaced },
    world.environment,
  );
  return { batch, wake };
}

test('a wake-up that is twice in a batch begins its occurrence once, and spoils no other', async () => {
  const simulation = await startScheduling();
  const { world, receiver } = simulation;
  const ids = await createMany(simulation, 3);
  const { batch, wake } = await wakeDirectly(simulation, ids);
  await simulation.stop();
  await world.advance(minutes(1));
  const answers = Promise.allSettled(wake.deliver([...batch, batch[0]!]));
  await world.advance(seconds(30));
  expect((await answers).slice(1, 3)).toEqual([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  expect(receiver.received.map(({ id }) => id).sort()).toEqual(batch.map(({ id }) => id).sort());
  expect(await statesOf(simulation, ids)).toEqual(['succeeded', 'succeeded', 'succeeded']);
});

test('a task whose next timer cannot be set comes again by itself', async () => {
  const simulation = await startScheduling();
  const { world, receiver } = simulation;
  const often = { at: undefined, everyMs: minutes(1), startAt: new Date(dueAt).toISOString() };
  const ids = await createMany(simulation, 5, often);
  const timers = world.open(wakeups);
  const full = new Error('the disk is full');
  const set: typeof timers.set = async (id, at, payload, options) => {
    if (payload.kind === 'due' && payload.task === ids[2]) throw full;
    await timers.set(id, at, payload, options);
  };
  const replaced = { wakeups: { set, cancel: timers.cancel } };
  const { batch, wake } = await wakeDirectly(simulation, ids, replaced);
  await simulation.stop();
  await world.advance(minutes(1));
  const answers = Promise.allSettled(wake.deliver(batch));
  await world.settle();
  expect((await answers).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect((await answers)[2]).toMatchObject({ reason: full });
  expect(receiver.received).toHaveLength(4);
  expect(receiver.received.map(({ id }) => id)).not.toContain(batch[2]!.id);
});

test('a batch that comes before its instant, as when the clock was set back, asks to come again', async () => {
  const simulation = await startScheduling();
  const { world, receiver } = simulation;
  const ids = await createMany(simulation, 3);
  const { batch, wake } = await wakeDirectly(simulation, ids);
  await world.advance(minutes(1) - 500);
  const answers = Promise.allSettled(wake.deliver(batch));
  await world.settle();
  expect(await answers).toMatchObject(ids.map(() => ({ reason: { name: 'RetryLater', delayMs: 500 } })));
  expect(receiver.received).toEqual([]);
});

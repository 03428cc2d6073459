import { adapter, compose, CompositionError, type Adapter } from '@portolan/composition';
import {
  hours,
  minutes,
  on,
  PoisonMessage,
  seconds,
  service,
  timer,
  visibilityOf,
  type Consumer,
  type Delivery,
} from '@portolan/kernel';
import { newWorld, type World } from '@portolan/kernel/testing';
import * as z from 'zod';
import { portableWorks } from '../testing/index.ts';
import { openPortableTimer, portableTimer, type Works } from './portable-timer.ts';
import { placeOf } from './places.ts';
import { openPartition, type TimerRow } from './rows.ts';

const alarms = timer('alarms', {
  payload: z.object({ n: z.number() }),
  prompt: true,
  retry: { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(1) },
});

/** A timer over engines in memory, with every call to them counted. */
async function open(world: World, consumer: Consumer, options: Partial<Works> = {}) {
  const calls: string[] = [];
  const counted = {
    environment: world.environment,
    open: (port: Parameters<World['open']>[0]): unknown =>
      new Proxy(world.open(port) as object, {
        get: (target, method) => {
          const value: unknown = Reflect.get(target, method);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            calls.push(`${port.name}.${String(method)}`);
            return (value as (...all: unknown[]) => unknown).apply(target, args);
          };
        },
      }),
  };
  const works = portableWorks(alarms, counted, options);
  const contract = openPortableTimer(works);
  const consuming = { batchSize: 1, visibilityMs: visibilityOf(alarms), subscription: 'ring', filter: {} };
  await contract.consume!(consumer, consuming);
  const sweep = async (): Promise<void> => {
    await contract.sweep!(world.now(), consumer, consuming);
    await world.settle();
  };
  /** Moves time with a sweep each minute. */
  const run = async (durationMs: number): Promise<void> => {
    for (const until = world.now() + durationMs; world.now() < until;) {
      await world.advance(Math.min(until - world.now(), minutes(1) - (world.now() % minutes(1))));
      if (world.now() % minutes(1) === 0) await sweep();
    }
  };
  calls.length = 0;
  return { contract, works, calls, sweep, run };
}

function recorder(answer: (delivery: Delivery) => void = () => undefined) {
  const fired: Delivery[] = [];
  const consumer: Consumer = (batch) =>
    batch.map(async (delivery) => {
      fired.push(delivery);
      answer(delivery);
    });
  return { fired, consumer };
}

const tally = (calls: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(calls, (call) => call)].map(([call, all]): [string, number] => [call, all.length]).sort(),
  );

test('costs two writes, one read and one message a timer', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder();
  const { contract, calls, run } = await open(world, consumer, { shards: 1 });
  await contract.set('warm', world.now() + hours(1), { n: 0 });
  calls.length = 0;
  await contract.set('near', world.now() + seconds(40), { n: 1 });
  await world.advance(seconds(40));
  expect(tally(calls)).toEqual({ 'alarms-at.delete': 1, 'alarms-at.get': 1, 'alarms-at.put': 1, 'alarms-due.send': 1 });
  await contract.set('far', world.now() + minutes(20), { n: 2 });
  await run(minutes(20));
  expect(fired.map(({ message }) => message)).toEqual([{ n: 1 }, { n: 2 }]);
});

test('asks once for each bucket of the day in a minute in which nothing is due, and writes nothing', async () => {
  const world = newWorld();
  const { contract, calls, sweep } = await open(world, recorder().consumer, { shards: 4 });
  await sweep();
  expect(tally(calls)).toEqual({ 'alarms-at.query': 1 });
  for (let n = 0; n < 60; n++) await contract.set(`t${n}`, world.now() + hours(3) + n, { n });
  calls.length = 0;
  await sweep();
  expect(tally(calls)).toEqual({ 'alarms-at.query': 1 + 4 });
});

test('fires, after however long a time in which nothing ran, what came due in it', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder();
  const { contract, run } = await open(world, consumer);
  const start = world.now();
  const ahead = [minutes(10), hours(30), hours(24 * 400), hours(24 * 3_650)];
  for (const [n, aheadMs] of ahead.entries()) await contract.set('far', start + aheadMs, { n });
  const due = (): number[] => fired.map(({ at }) => at - start).sort((a, b) => a - b);
  await world.advance(hours(24 * 401));
  expect(fired).toEqual([]);
  await run(minutes(3));
  expect(due()).toEqual(ahead.slice(0, 3));
  await world.advance(start + hours(24 * 3_650) - world.now() - minutes(5));
  await run(minutes(6));
  expect(due()).toEqual(ahead);
});

test('closes a bucket once it is past and empty, and forgets none that is not', async () => {
  const world = newWorld();
  const { contract, works, run } = await open(world, recorder().consumer, { shards: 1 });
  const listed = async () => (await works.table.query({ partition: openPartition })).items.length;
  await contract.set('a', world.now() + minutes(10), { n: 1 });
  await contract.set('b', world.now() + hours(24 * 10), { n: 1 });
  await contract.set('long ago', 0, { n: 1 });
  expect(await listed()).toBe(3);
  await run(hours(1));
  expect(await listed()).toBe(3);
  await run(hours(2));
  expect(await listed()).toBe(2);
  await world.advance(hours(48));
  await run(minutes(3));
  expect(await listed()).toBe(1);
});

test('sends a timer again whose message got lost, and the one that turns up after all is stale', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder();
  const { contract, works, run } = await open(world, consumer);
  const at = world.now() + seconds(30);
  const place = placeOf('a', at, works.shards);
  // As it looks when the queue has lost it: a row that says that it has a message, which there is not.
  const row: TimerRow = {
    ...place,
    kind: 'timer',
    id: 'a',
    at,
    payload: { n: 7 },
    life: 'l',
    resent: 0,
    lostAt: at + works.lostAfterMs,
  };
  await contract.set('neighbour', at, { n: 1 });
  await works.table.put({
    kind: 'bucket',
    bucket: openPartition,
    sort: place.bucket,
    handedTo: '',
    clearTo: '',
    touchedAt: at,
  });
  await works.table.put(row);
  await run(minutes(14));
  expect(fired.map(({ id }) => id)).toEqual(['neighbour']);
  await run(minutes(3));
  expect(fired.map(({ id }) => id)).toEqual(['neighbour', 'a']);
  await works.queue.send({ ...place, life: 'l', resent: 0 });
  await run(minutes(40));
  expect(fired).toHaveLength(2);
  expect(await works.table.get(place)).toBeUndefined();
});

test('never sends again what waits for its next attempt, or waits as a dead letter', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder(({ message }) => {
    if ((message as { n: number }).n === 1) throw new PoisonMessage('bad');
    throw new Error('never');
  });
  const { contract, works, run } = await open(world, consumer);
  await contract.set('poison', world.now() + seconds(10), { n: 1 });
  await contract.set('failing', world.now() + seconds(10), { n: 2 });
  await run(hours(5));
  expect(fired.map(({ id, attempt }) => `${id} ${attempt}`).sort()).toEqual([
    'failing 1',
    'failing 2',
    'failing 3',
    'poison 1',
  ]);
  const { items } = await works.queue.deadLetters();
  expect(items.map(({ reason }) => reason).sort()).toEqual(['Error: never', 'PoisonMessage: bad']);
});

test('fires a dead letter that is sent back, from its first attempt on', async () => {
  const world = newWorld();
  let broken = true;
  const { fired, consumer } = recorder(() => {
    if (broken) throw new Error('broken');
  });
  const { contract, works, run } = await open(world, consumer);
  const at = world.now() + seconds(10);
  await contract.set('a', at, { n: 1 });
  await run(minutes(5));
  expect(fired).toHaveLength(3);
  broken = false;
  expect(await works.queue.redrive()).toBe(1);
  await run(minutes(30));
  expect(fired.slice(3)).toMatchObject([{ id: 'a', at, attempt: 1 }]);
  expect(await works.table.get(placeOf('a', at, works.shards))).toBeUndefined();
});

test('spreads timers of one instant over the shards', () => {
  const counts = Map.groupBy(
    Array.from({ length: 100_000 }, (_, n) => placeOf(`task-${n}`, 1_800_000_000_000, 16).bucket),
    (bucket) => bucket,
  );
  expect(counts.size).toBe(16);
  for (const { length } of counts.values()) expect(Math.abs(length - 6_250)).toBeLessThan(600);
});

test('fires once where two sweeps run at the same time', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder();
  const { contract, works, sweep } = await open(world, consumer);
  const other = openPortableTimer(works);
  const at = world.now() + minutes(10);
  for (let n = 0; n < 50; n++) await contract.set(`t${n}`, at, { n });
  await world.advance(minutes(9));
  await Promise.allSettled([sweep(), other.sweep!(world.now(), consumer, {} as never), sweep()]);
  await world.advance(minutes(2));
  expect(fired.map(({ id }) => id).sort()).toEqual(Array.from({ length: 50 }, (_, n) => `t${n}`).sort());
});

test('fires what was set while the clock was wrong', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder();
  const { contract, run } = await open(world, consumer);
  await contract.set('before', world.now() + minutes(4), { n: 1 });
  await run(hours(4));
  await world.jump(world.now() - hours(3));
  await run(minutes(2));
  await contract.set('back', world.now() + minutes(10), { n: 2 });
  await run(minutes(12));
  expect(fired.map(({ id }) => id)).toEqual(['before', 'back']);
});

test('a timer that stands half-way from a setting that was cut off fires when it is set again', async () => {
  const world = newWorld();
  const { fired, consumer } = recorder();
  const { contract, works } = await open(world, consumer);
  const at = world.now() - hours(2);
  // The row of a setting that was decided on hours ago, when the instant was far, and written only now.
  await works.table.put({
    ...placeOf('a', at, works.shards),
    kind: 'timer',
    id: 'a',
    at,
    payload: { n: 1 },
    life: 'x',
    resent: 0,
  });
  await contract.set('a', at, { n: 1 });
  await world.advance(seconds(1));
  expect(fired).toMatchObject([{ id: 'a', at }]);
});

const fake =
  <K extends string, C extends 'local' | 'aws' | 'azure' | 'gcp' | 'any', G extends object>(
    kind: K,
    cloud: C,
    guarantees: G,
    limits = {},
  ) =>
  (): Adapter<K, C, G> =>
    adapter({ kind, cloud, name: `${cloud}-${kind}`, guarantees, limits, open: () => ({}) });
const tableHere = fake('table', 'aws', {});
const queueHere = fake('queue', 'aws', { delay: true } as const, {
  maxDelayMs: { max: minutes(15), wayOut: 'sweep more often' },
});
const tableAnywhere = fake('table', 'any', {});
const queueElsewhere = fake('queue', 'gcp', { delay: true } as const);
const queueWithoutDelay = fake('queue', 'aws', { delay: false } as const);
const example = service('example', { alarms }, { ring: on(alarms, {}, async () => {}) });
const { environment } = newWorld();

test('is of the place of its parts, and binds there and nowhere else', () => {
  const here: Adapter<'timer', 'aws', { readonly prompt: true }> = portableTimer({
    table: tableHere(),
    queue: queueHere(),
  });
  const mixed: Adapter<'timer', 'gcp'> = portableTimer({ table: tableAnywhere(), queue: queueElsewhere() });
  expect([here.cloud, mixed.cloud]).toEqual(['aws', 'gcp']);
  // @ts-expect-error -- a queue of another cloud
  portableTimer({ table: tableHere(), queue: queueElsewhere() });
  // @ts-expect-error -- a queue that cannot delay
  portableTimer({ table: tableHere(), queue: queueWithoutDelay() });
  const composition = compose(example, 'aws', { alarms: here }, { environment });
  expect([...composition.bindings.keys()]).toEqual(['alarms', 'alarms-at', 'alarms-due']);
  // @ts-expect-error -- the compiler says it first
  expect(() => compose(example, 'aws', { alarms: mixed }, { environment })).toThrow(CompositionError);
});

test('refuses an interval that its queue cannot bridge, shards and intervals out of range', () => {
  const parts = { table: tableHere(), queue: queueHere() };
  expect(portableTimer({ ...parts, sweepEveryMs: minutes(7) }).sweepEveryMs).toBe(minutes(7));
  compose(example, 'aws', { alarms: portableTimer({ ...parts, sweepEveryMs: minutes(7) }) }, { environment });
  for (const sweepEveryMs of [0, seconds(90), minutes(8)])
    expect(() => portableTimer({ ...parts, sweepEveryMs })).toThrow(
      'sweepEveryMs, in minutes, must be an integer from 1 to 7',
    );
  for (const shards of [0, 1.5, 257]) expect(() => portableTimer({ ...parts, shards })).toThrow('shards must be');
});

import * as z from 'zod';
import { channel, http, minutes, ok, operation, seconds, service, socket, table, welcome } from '../index.ts';
import { newWorld, simulate, type Faults, type MemoryClient, type MemoryDialled } from './index.ts';

const live = channel('live', { message: z.object({ n: z.number() }), incoming: z.object({ say: z.number() }) });
const presentPort = table('present', { item: z.object({ room: z.string(), id: z.string() }), key: ['room', 'id'] });

const say = operation({
  method: 'POST',
  path: '/say',
  summary: 'Says a number to everybody',
  body: z.object({ n: z.number() }),
  replies: { ok: z.object({}) },
});

/** A room: who is in it stands in a table, and hears what anyone says. */
const room = (told: string[]) =>
  service(
    'room',
    { live, present: presentPort },
    {
      api: http(
        '/v1',
        { say },
        { live: live.push },
        {
          async say({ body }, ports) {
            await ports.live.publish('room', body);
            return ok({});
          },
        },
      ),
      sockets: socket(
        live,
        { path: '/v1/live' },
        { live: live.push, present: presentPort.write },
        {
          async connect({ connection }, ports) {
            await ports.present.put({ room: 'room', id: connection });
            return welcome(['room']);
          },
          message: async ({ message }, ports) => ports.live.publish('room', { n: message.say }),
          async disconnect({ connection }, ports) {
            told.push(connection);
            await ports.present.delete({ room: 'room', id: connection });
          },
        },
      ),
    },
  );

async function run(faults: Faults = {}, seed = 1) {
  const world = newWorld({ seed, faults });
  const told: string[] = [];
  const simulation = await simulate(room(told), { world });
  const present = async (): Promise<number> =>
    (await world.open(presentPort).query({ partition: 'room' })).items.length;
  return { world, simulation, told, present };
}

async function open(dialled: Promise<MemoryDialled>): Promise<MemoryClient> {
  const answer = await dialled;
  if (answer.kind === 'refused') throw new Error(answer.problem.detail);
  return answer.client;
}

const heard = ({ received }: MemoryClient): readonly number[] =>
  received.map((text) => (JSON.parse(text) as { n: number }).n);

test('a service speaks with its clients from an operation and from their messages', async () => {
  const { world, simulation } = await run();
  const [one, other] = [await open(world.dial(live)), await open(world.dial(live))];
  await simulation.call('say', { body: { n: 1 } });
  await one.send('{"say":2}');
  await world.settle();
  expect([heard(one), heard(other)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('the end of the process ends every socket; clients that come again are served', async () => {
  const { world, simulation } = await run();
  const before = await open(world.dial(live));
  const asking = world.dial(live);
  world.crash();
  expect(before.ended).toBe(1006);
  expect(await asking).toMatchObject({ kind: 'refused', problem: { problem: 'unavailable' } });
  await expect(before.send('{"say":1}')).rejects.toThrow('ended with 1006');
  const after = await open(world.dial(live));
  await simulation.call('say', { body: { n: 3 } });
  await world.settle();
  expect([heard(before), heard(after)]).toEqual([[], [3]]);
});

test('a client that nobody serves is told to come back', async () => {
  const { world, simulation } = await run();
  await simulation.stop();
  expect(await world.dial(live)).toMatchObject({ kind: 'refused', problem: { problem: 'unavailable' } });
});

test('one that vanishes counts as open until it has been silent for 30 s', async () => {
  const { world, present } = await run();
  const client = await open(world.dial(live));
  await client.vanish();
  await world.advance(seconds(30) - 1);
  expect(await present()).toBe(1);
  await world.advance(1);
  expect(await present()).toBe(0);
});

test('delays keep the order of each connection', async () => {
  const { world, simulation } = await run({ delayMs: 5_000 }, 3);
  const client = await open(world.dial(live));
  for (let n = 0; n < 20; n++) {
    await simulation.call('say', { body: { n } });
    await world.advance(100);
  }
  expect(heard(client).length).toBeLessThan(20);
  await world.advance(minutes(1));
  expect(heard(client)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('sockets are lost without a word where faults have it so, and each end is told, some twice', async () => {
  const { world, simulation, told, present } = await run({ lose: 0.1, duplicate: 0.3 }, 5);
  const clients = await Promise.all(Array.from({ length: 20 }, () => open(world.dial(live))));
  for (let n = 0; n < 5; n++) await simulation.call('say', { body: { n } });
  await world.settle();
  const lost = clients.filter(({ ended }) => ended === 1006).length;
  expect(lost).toBeGreaterThan(0);
  expect(await present()).toBe(20);
  await world.advance(minutes(1));
  expect(await present()).toBe(20 - lost);
  expect(new Set(told).size).toBe(lost);
  expect(told.length).toBeGreaterThan(lost);
  const others = clients.filter(({ ended }) => ended === undefined);
  expect(others.map(heard)).toEqual(others.map(() => [0, 1, 2, 3, 4]));
});

test('the same seed gives the same life, another seed gives another', async () => {
  const life = async (seed: number) => {
    const { world, simulation } = await run({ lose: 0.1, throttle: 0.1, delayMs: 2_000 }, seed);
    const dialled = await Promise.all(Array.from({ length: 10 }, () => world.dial(live)));
    for (let n = 0; n < 10; n++) await simulation.call('say', { body: { n } });
    await world.advance(seconds(1));
    return dialled.map((one) => (one.kind === 'open' ? [one.client.received, one.client.ended] : one.problem.problem));
  };
  expect(await life(7)).toEqual(await life(7));
  expect(await life(7)).not.toEqual(await life(8));
});

test('crashes at any call leave no socket that hears nothing and does not know it', async () => {
  for (const seed of [1, 2, 3]) {
    const { world, simulation } = await run({ crash: 0.03, throttle: 0.03 }, seed);
    const clients: MemoryClient[] = [];
    for (let n = 0; n < 60; n++) {
      const dialled = await Promise.race([world.dial(live), world.settle()]);
      if (typeof dialled === 'object' && dialled.kind === 'open') clients.push(dialled.client);
      await Promise.race([simulation.call('say', { body: { n } }), world.settle()]);
    }
    world.heal();
    await world.settle();
    expect(world.crashes).toBeGreaterThan(0);
    const before = clients.map(({ received }) => received.length);
    await simulation.call('say', { body: { n: 100 } });
    await world.settle();
    for (const [index, { ended, received }] of clients.entries())
      expect(received.length - before[index]!).toBe(ended === undefined ? 1 : 0);
  }
});

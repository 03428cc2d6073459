import * as z from 'zod';
import {
  created,
  every,
  http,
  minutes,
  on,
  operation,
  own,
  queue,
  seconds,
  service,
  table,
  timer,
  topic,
  type PortError,
} from '../index.ts';
import { newWorld, simulate, type Faults } from './index.ts';

const Item = z.object({ id: z.string(), count: z.number().default(0), done: z.boolean().optional() });
const counters = table('counters', { item: Item, key: ['id'] });
const jobs = queue('jobs', { message: z.object({ id: z.string() }), maxDelayMs: minutes(15) });
const alarms = timer('alarms', { payload: z.object({ id: z.string() }) });
const events = topic('events', { event: z.object({ type: z.string(), id: z.string() }), filterable: ['type'] });
const receiver = own<{ receive(id: string): Promise<void> }>()('receiver', { use: ['receive'] });

const operations = {
  add: operation({
    method: 'POST',
    path: '/jobs',
    summary: 'Adds a job',
    body: z.object({ id: z.string() }),
    replies: { created: Item },
  }),
};

const example = service(
  'example',
  { counters, jobs, alarms, events, receiver },
  {
    api: http(
      '/v1',
      operations,
      { alarms: alarms.set },
      {
        async add({ body }, ports, { clock }) {
          await ports.alarms.set(body.id, clock.now() + minutes(5), { id: body.id });
          return created({ id: body.id, count: 0 });
        },
      },
    ),
    ring: on(alarms, { jobs: jobs.send }, async ({ message }, ports) =>
      ports.jobs.send(message, { delayMs: seconds(10) }),
    ),
    work: on(
      jobs,
      { counters: counters.write, receiver: receiver.use, events: events.publish },
      async ({ message }, ports) => {
        await ports.receiver.receive(message.id);
        await ports.counters.increment(message, { count: 1 });
        await ports.events.publish({ type: 'done', id: message.id });
      },
    ),
    mark: on(
      events,
      { counters: counters.readWrite },
      async ({ message }, ports) => {
        await ports.counters.update({ id: message.id }, (current) => ({
          write: { ...current!.item, done: true },
          result: undefined,
        }));
      },
      { filter: { type: ['done'] } },
    ),
    sweep: every(minutes(1), { counters: counters.write }, async (_tick, ports) => {
      await ports.counters.increment({ id: 'ticks' }, { count: 1 });
    }),
  },
);

async function run(faults: Faults, seed = 1) {
  const received: string[] = [];
  const world = newWorld({ seed, faults });
  const simulation = await simulate(example, {
    world,
    own: {
      receiver: { receive: async (id: string) => void received.push(`${id}@${world.now() - 1_767_225_600_000}`) },
    },
  });
  return { received, world, simulation, counters: world.open(counters) };
}

test('a message passes through every kind of trigger at its exact virtual time', async () => {
  const { received, world, simulation, counters: table } = await run({});
  expect(await simulation.call('add', { body: { id: 'a' } })).toEqual({ kind: 'created', body: { id: 'a', count: 0 } });
  await world.advance(minutes(6));
  expect(received).toEqual(['a@310000']);
  expect((await table.get({ id: 'a' }))?.item).toEqual({ id: 'a', count: 1, done: true });
});

test('a simulated day of a service takes well under a second of work', async () => {
  const { world, simulation, counters: table } = await run({});
  for (let n = 0; n < 100; n++) await simulation.call('add', { body: { id: `job-${n}` } });
  await world.advance(24 * minutes(60));
  expect((await table.get({ id: 'ticks' }))?.item.count).toBe(1_440);
  expect((await table.get({ id: 'job-99' }))?.item).toEqual({ id: 'job-99', count: 1, done: true });
});

test('the same seed gives the same faults, another seed gives others', async () => {
  const history = async (seed: number) => {
    const { received, world, simulation } = await run({ duplicate: 0.3, delayMs: 5_000 }, seed);
    for (let n = 0; n < 20; n++) await simulation.call('add', { body: { id: `job-${n}` } });
    await world.advance(minutes(10));
    return received;
  };
  expect(await history(7)).toEqual(await history(7));
  expect(await history(7)).not.toEqual(await history(8));
});

test('what was accepted is delivered in spite of crashes, throttling, duplicates and delays', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const {
      world,
      simulation,
      counters: table,
    } = await run({ crash: 0.05, throttle: 0.05, duplicate: 0.1, delayMs: 2_000 }, seed);
    const accepted: string[] = [];
    for (let n = 0; n < 20; n++) {
      const reply = simulation.call('add', { body: { id: `job-${n}` } }).then(
        ({ kind }) => kind === 'created' && accepted.push(`job-${n}`),
        (error: PortError) => expect(error.code).toBe('throttled'),
      );
      await Promise.race([reply, world.settle()]);
    }
    await world.advance(minutes(60));
    world.heal();
    await world.advance(minutes(60));
    expect(world.crashes).toBeGreaterThan(0);
    for (const id of accepted) expect((await table.get({ id }))?.item.done).toBe(true);
  }
});

test('an operation refuses a malformed call and names the field, the value and what was expected', async () => {
  const { simulation } = await run({});
  expect(await simulation.call('add', { body: { id: 7 } })).toEqual({
    kind: 'problem',
    problem: 'invalid',
    detail: expect.stringContaining('body.id'),
    errors: [{ field: 'body.id', value: 7, expected: expect.stringContaining('string') }],
  });
});

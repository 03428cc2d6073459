import {
  minutes,
  noDeadline,
  on,
  own,
  queue,
  seconds,
  service,
  silentLog,
  table,
  type Environment,
} from '@portolan/kernel';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import * as z from 'zod';
import { adapter, compose, CompositionError, portToken, type Adapter } from './index.ts';

interface Greeter {
  greet(): Promise<string>;
}
interface Client {
  readonly endpoint: string;
}
const clientToken: ServiceIdentifier<Client> = Symbol('client');

const jobs = queue('jobs', { message: z.string(), maxDelayMs: minutes(60) });
const rows = table('rows', { item: z.object({ id: z.string() }), key: ['id'] });
const greeter = own<Greeter>()('greeter', { use: ['greet'] });
const greeted: string[] = [];
const example = service(
  'example',
  { jobs, rows, greeter },
  {
    work: on(
      jobs,
      { greeter: greeter.use },
      async (_delivery, ports) => void greeted.push(await ports.greeter.greet()),
    ),
    scan: on(jobs, { rows: rows.read }, async () => {}),
  },
);
const environment: Environment = {
  clock: { now: () => 0 },
  ids: { next: () => 'id' },
  random: { next: () => 0.5 },
  log: silentLog,
  deadline: () => noDeadline,
};

function bindings(built: string[], maxDelayMs = minutes(60)) {
  const note = (name: string, contract: object = {}) => {
    built.push(name);
    return { ...contract, [Symbol.asyncDispose]: async () => void built.push(`${name} let go`) };
  };
  const module = new ContainerModule(({ bind }) => {
    bind(clientToken)
      .toDynamicValue(() => ({ endpoint: 'the real one' }))
      .inSingletonScope();
  });
  return {
    jobs: adapter({
      kind: 'queue',
      cloud: 'aws',
      name: 'sqsQueue',
      guarantees: { delay: true } as const,
      limits: { maxDelayMs: { max: maxDelayMs, wayOut: 'declare a shorter delay, or bind a timer' } },
      open: () => note('jobs'),
    }),
    rows: adapter({
      kind: 'table',
      cloud: 'aws',
      name: 'dynamodbTable',
      guarantees: {},
      open: () => note('rows', { get() {}, getMany() {}, query() {} }),
    }),
    greeter: adapter({
      kind: 'own',
      cloud: 'any',
      name: 'greeting',
      guarantees: {},
      modules: [module],
      needs: [clientToken] as const,
      open: (_place, client: Client): Greeter =>
        note('greeter', { greet: async () => `hello from ${client.endpoint}` }) as unknown as Greeter,
    }),
  };
}

test('binding a function builds the ports it uses and no others, and each of them once', async () => {
  const built: string[] = [];
  const composition = compose(example, 'aws', bindings(built), { environment });
  expect(built).toEqual([]);
  const work = await composition.bind('work');
  await composition.bind('work');
  expect(built).toEqual(['greeter']);
  await Promise.all(work.deliver([{ id: '1', message: 'go', attempt: 1, at: 0 }]));
  expect(greeted.at(-1)).toBe('hello from the real one');
});

test('closing lets go what was built, and only that', async () => {
  const built: string[] = [];
  const composition = compose(example, 'aws', bindings(built), { environment });
  await composition.bind('scan');
  await composition.close();
  expect(built).toEqual(['rows', 'rows let go']);
});

test('closing lets go of all, also where one cannot be, and says why', async () => {
  const built: string[] = [];
  const leaking = (): Promise<never> => Promise.reject(new Error('it leaks'));
  const rows = {
    ...bindings(built).rows,
    open: () => ({ get() {}, getMany() {}, query() {}, [Symbol.asyncDispose]: leaking }),
  };
  const composition = compose(example, 'aws', { ...bindings(built), rows }, { environment });
  await composition.bind('scan');
  await composition.bind('work');
  await expect(composition.close()).rejects.toThrow('it leaks');
  expect(built).toEqual(['greeter', 'greeter let go']);
});

test('a team can replace a shared client, or a whole port, without a root of its own', async () => {
  const emulator = new ContainerModule(({ rebind }) => {
    rebind(clientToken).toConstantValue({ endpoint: 'an emulator' });
  });
  const composition = compose(example, 'aws', bindings([]), { environment, modules: [emulator] });
  await Promise.all((await composition.bind('work')).deliver([{ id: '1', message: 'go', attempt: 1, at: 0 }]));
  expect(greeted.at(-1)).toBe('hello from an emulator');

  const other = compose(example, 'aws', bindings([]), { environment });
  other.container.rebind(portToken('example', 'greeter')).toConstantValue({ greet: async () => 'a double' });
  await Promise.all((await other.bind('work')).deliver([{ id: '1', message: 'go', attempt: 1, at: 0 }]));
  expect(greeted.at(-1)).toBe('a double');
});

test('a limit that only numbers can tell names the port, the adapter, the limit and the way out', () => {
  expect(() => compose(example, 'aws', bindings([], minutes(15)), { environment })).toThrow(
    new CompositionError(
      'service "example": port "jobs" asks for maxDelayMs of 1 h, but sqsQueue allows 15 min; declare a shorter delay, or bind a timer',
    ),
  );
});

test.each<[string, (all: ReturnType<typeof bindings>) => Record<string, Adapter>, string]>([
  ['a missing port', ({ jobs, rows }) => ({ jobs, rows }), 'port "greeter" (own) is not bound'],
  ['the wrong kind', (all) => ({ ...all, jobs: all.rows }), 'port "jobs" is a queue, but dynamodbTable is a table'],
  [
    'a missing guarantee',
    (all) => ({ ...all, jobs: { ...all.jobs, guarantees: {} } }),
    'needs "delay", which sqsQueue does not guarantee',
  ],
  [
    'the wrong cloud',
    (all) => ({ ...all, rows: { ...all.rows, cloud: 'gcp' } }),
    'is composed for aws, but dynamodbTable belongs to gcp',
  ],
  [
    'a port that is none',
    (all) => ({ ...all, cache: all.rows }),
    'has no port "cache"; its ports are jobs, rows, greeter',
  ],
])('a root in JavaScript with %s is refused with a sentence', (_mistake, change, sentence) => {
  expect(() => compose(example, 'aws', change(bindings([])) as never, { environment })).toThrow(sentence);
});

test('a malformed message is poison, and names what was expected', async () => {
  const composition = compose(example, 'aws', bindings([]), { environment });
  const work = await composition.bind('work');
  await expect(work.deliver([{ id: '1', message: seconds(1), attempt: 1, at: 0 }])[0]).rejects.toMatchObject({
    name: 'PoisonMessage',
    message: expect.stringContaining('queue "jobs": malformed message'),
  });
});

test('an adapter built on others is given their contracts, and its parts are bound, checked and let go like ports', async () => {
  const built: string[] = [];
  const { jobs, rows } = bindings(built);
  const lines = (maxDelayMs: number) => queue('greeter-lines', { message: z.string(), maxDelayMs });
  const slow = (maxDelayMs: number) =>
    adapter({
      kind: 'own',
      cloud: 'any',
      name: 'slowGreeting',
      guarantees: {},
      parts: () => ({ lines: { port: lines(maxDelayMs), adapter: jobs } }),
      open: ({ parts }): Greeter & AsyncDisposable => {
        built.push('slow greeter');
        return {
          greet: async () => `hello through ${Object.keys(parts).join()}`,
          [Symbol.asyncDispose]: async () => void built.push('slow greeter let go'),
        };
      },
    });
  const composition = compose(example, 'aws', { jobs, rows, greeter: slow(minutes(15)) }, { environment });
  expect([...composition.bindings.keys()]).toEqual(['jobs', 'rows', 'greeter', 'greeter-lines']);
  await Promise.all((await composition.bind('work')).deliver([{ id: '1', message: 'go', attempt: 1, at: 0 }]));
  expect(greeted.at(-1)).toBe('hello through lines');
  await composition.close();
  expect(built).toEqual(['jobs', 'slow greeter', 'slow greeter let go', 'jobs let go']);

  expect(() => compose(example, 'aws', { jobs, rows, greeter: slow(minutes(61)) }, { environment })).toThrow(
    'port "greeter-lines" asks for maxDelayMs of 61 min, but sqsQueue allows 1 h',
  );
});

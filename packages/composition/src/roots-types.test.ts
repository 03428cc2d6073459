/**
 * The composition roots that the clouds will have, as a type test: what compiles here is what a team will write, and each
 * `@ts-expect-error` is a mistake that the compiler must catch.
 */
import { channel, every, minutes, on, own, queue, service, table, timer, topic, type Service } from '@portolan/kernel';
import * as z from 'zod';
import { adapter, checkBindings, type Adapter, type Bindings } from './index.ts';

interface Mailer {
  mail(to: string): Promise<void>;
}

const tasks = table('tasks', {
  item: z.object({ group: z.string(), id: z.string(), state: z.enum(['open', 'done']), runs: z.number() }),
  key: ['group', 'id'],
  indexes: { byState: ['state', 'id'] },
});
const deliveries = queue('deliveries', {
  message: z.object({ task: z.string() }),
  maxDelayMs: minutes(15),
  ordered: true,
});
const wakeups = timer('wakeups', { payload: z.object({ task: z.string() }), prompt: true });
const outcomes = topic('outcomes', { event: z.object({ type: z.string(), task: z.string() }), filterable: ['type'] });
const mailer = own<Mailer>()('mailer', { send: ['mail'] });

const example = service(
  'example',
  { tasks, deliveries, wakeups, outcomes, mailer },
  {
    wake: on(wakeups, { tasks: tasks.readWrite, deliveries: deliveries.send }, async ({ message }, ports) => {
      await ports.tasks.get({ group: 'a', id: message.task });
      await ports.deliveries.send({ task: message.task }, { delayMs: 1, orderingKey: 'a' });
    }),
    deliver: on(
      deliveries,
      { tasks: tasks.read, outcomes: outcomes.publish, mailer: mailer.send },
      async ({ message }, ports) => {
        await ports.outcomes.publish({ type: 'done', task: message.task });
        await ports.mailer.mail('someone');
        // @ts-expect-error -- the right to read holds no put
        await ports.tasks.put({ group: 'a', id: 'b', state: 'open', runs: 0 });
      },
    ),
    audit: on(
      outcomes,
      { tasks: tasks.read },
      async (_event, ports) => {
        await ports.tasks.query({ partition: 'open', index: 'byState' });
        // @ts-expect-error -- the table declares no such index
        await ports.tasks.query({ partition: 'open', index: 'byAge' });
      },
      { filter: { type: ['done'] } },
    ),
    sweep: every(minutes(1), { tasks: tasks.read }, async () => {}),
  },
);

test('refuses a function that uses a port which the service does not list', () => {
  // @ts-expect-error -- the compiler says it first
  const broken = () => service('broken', { wakeups }, { wake: on(wakeups, { tasks: tasks.read }, async () => {}) });
  expect(broken).toThrow('function "wake" uses port "tasks", which is not listed');
});
// @ts-expect-error -- a key must be string fields of the item
table('broken', { item: z.object({ id: z.string(), age: z.number() }), key: ['age'] });
// @ts-expect-error -- a filter may name only what the topic declares filterable
on(outcomes, {}, async () => {}, { filter: { task: ['x'] } });

const fake =
  <K extends string, C extends 'local' | 'aws' | 'azure' | 'gcp' | 'any', G extends object>(
    kind: K,
    cloud: C,
    guarantees: G,
  ) =>
  (): Adapter<K, C, G> =>
    adapter({ kind, cloud, name: 'fake', guarantees, open: () => ({}) });
const dynamodbTable = fake('table', 'aws', {});
const sqsQueue = fake('queue', 'aws', { delay: true, ordered: false, dedupe: false } as const);
const sqsFifoQueue = fake('queue', 'aws', { delay: true, ordered: true, dedupe: true } as const);
const eventBridgeSchedulerTimer = fake('timer', 'aws', { prompt: true } as const);
const dynamodbTtlTimer = fake('timer', 'aws', { prompt: false } as const);
const eventBridgeTopic = fake('topic', 'aws', {});
const pubsubTopic = fake('topic', 'gcp', {});
const smtpMailer = () =>
  adapter({ kind: 'own', cloud: 'any', name: 'smtpMailer', guarantees: {}, open: (): Mailer => ({ async mail() {} }) });

const lambda = <const S extends Service>(
  bound: S,
  bindings: Bindings<S, 'aws'>,
): { readonly [F in keyof S['functions']]: () => Bindings<S, 'aws'> } =>
  Object.fromEntries(Object.keys(bound.functions).map((name) => [name, () => bindings])) as never;

const complete = {
  tasks: dynamodbTable(),
  deliveries: sqsFifoQueue(),
  wakeups: eventBridgeSchedulerTimer(),
  outcomes: eventBridgeTopic(),
  mailer: smtpMailer(),
};

const { wake, deliver, audit, sweep } = lambda(example, complete);

// @ts-expect-error -- a port is missing
lambda(example, {
  tasks: dynamodbTable(),
  deliveries: sqsFifoQueue(),
  wakeups: eventBridgeSchedulerTimer(),
  outcomes: eventBridgeTopic(),
});
// @ts-expect-error -- the wrong kind
lambda(example, { ...complete, tasks: sqsFifoQueue() });
// @ts-expect-error -- the wrong cloud
lambda(example, { ...complete, outcomes: pubsubTopic() });
// @ts-expect-error -- the port needs `ordered`, which a standard queue does not have
lambda(example, { ...complete, deliveries: sqsQueue() });
// @ts-expect-error -- the port needs `prompt`, which TTL does not have
lambda(example, { ...complete, wakeups: dynamodbTtlTimer() });
const newest = service(
  'newest',
  { live: channel('live', { message: z.string(), slowClients: true, whenSlow: 'drop' }) },
  {},
);
const newestOrNot = service('newest-or-not', { live: channel('live', { message: z.string(), whenSlow: 'drop' }) }, {});
const apiGatewayChannel = fake('channel', 'aws', {});
const socketsOfOurs = fake('channel', 'any', { slowClients: true } as const);
lambda(newest, { live: socketsOfOurs() });
lambda(newestOrNot, { live: socketsOfOurs() });
lambda(newestOrNot, { live: apiGatewayChannel() });
// @ts-expect-error -- the port needs `slowClients`, which API Gateway does not have
lambda(newest, { live: apiGatewayChannel() });
const fax = adapter({ kind: 'own', cloud: 'any', name: 'x', guarantees: {}, open: () => ({ fax() {} }) });
// @ts-expect-error -- an own port binds only to its own interface
lambda(example, { ...complete, mailer: fax });

test('a channel that asks for `slowClients` binds to no adapter without it, be the root in JavaScript', () => {
  const bind = (bound: Service, live: Adapter) => () => checkBindings(bound, { live }, 'aws');
  expect(bind(newest, apiGatewayChannel())).toThrow('port "live" needs "slowClients", which fake does not guarantee');
  expect(bind(newest, socketsOfOurs())).not.toThrow();
  expect(bind(newestOrNot, apiGatewayChannel())).not.toThrow();
});

test('a complete composition root gives one entry for each function', () => {
  expect([wake, deliver, audit, sweep].map((entry) => Object.keys(entry()))).toEqual(
    Array(4).fill(Object.keys(complete)),
  );
});

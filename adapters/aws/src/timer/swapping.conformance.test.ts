/**
 * One service, one scenario, seven composition roots that differ in one line: whole Lambda handlers, over clients that find
 * their engines as they find AWS, by the environment (but for SQS).
 */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { compose, type Binding } from '@portolan/composition';
import {
  accepted,
  http,
  minutes,
  ok,
  on,
  operation,
  seconds,
  service,
  table,
  timer,
  type QueuePort,
  type TablePort,
} from '@portolan/kernel';
import { portableTimer } from '@portolan/portable';
import { ContainerModule } from 'inversify';
import * as z from 'zod';
import { sqsToken } from '../clients/sqs.ts';
import { lambda, type LambdaHandler } from '../host/lambda.ts';
import { tickInput } from '../host/tick-event.ts';
import { queueNames, sqsQueueResource } from '../queue/queue-resource.ts';
import { sqsQueue } from '../queue/sqs-queue.ts';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { dynamodbTableResource } from '../table/table-resource.ts';
import { clientConfig, engineEnvironment, functionArnOf } from '../testing/aws-engine.ts';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { createQueue } from '../testing/messaging-harness.ts';
import { SqsTrigger } from '../testing/sqs-trigger.ts';
import { dynamodbTtlSqsTimer, dynamodbTtlTimer } from './dynamodb-ttl-timer.ts';
import { eventBridgeCronTimer } from './event-bridge-cron-timer.ts';
import { eventBridgeSchedulerTimer } from './event-bridge-scheduler-timer.ts';
import { sqsDelayTimer } from './sqs-delay-timer.ts';
import { stepFunctionsTimer } from './step-functions-timer.ts';
import { schedulerDouble } from './testing/scheduler-double.ts';
import { expire } from './testing/ttl-double.ts';
import { workflowDouble } from './testing/workflow-double.ts';

const context = { getRemainingTimeInMillis: () => 60_000, invokedFunctionArn: functionArnOf('ring') };

const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
const [scheduler, workflows] = await Promise.all([schedulerDouble(() => sqs.now()), workflowDouble(() => sqs.now())]);
const before = { ...process.env };
const endpoint = ({ port }: { readonly port: number }): string => `http://127.0.0.1:${port}`;
Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: endpoint(tables),
  AWS_ENDPOINT_URL_SCHEDULER: endpoint(scheduler),
  AWS_ENDPOINT_URL_SFN: endpoint(workflows),
});
afterAll(async () => {
  process.env = before;
  for (const engine of [sqs, tables, scheduler, workflows]) await engine[Symbol.asyncDispose]();
});

const desk = table('desk', { item: z.object({ id: z.string(), rungAt: z.number(), times: z.number() }), key: ['id'] });
const reminders = timer('reminders', { payload: z.object({ text: z.string() }) });
const promptly = timer('promptly', { payload: z.object({ text: z.string() }), prompt: true });
const params = z.object({ id: z.string() });
const operations = {
  remind: operation({
    method: 'PUT',
    path: '/reminders/{id}',
    summary: 'Sets a reminder.',
    params,
    body: z.object({ at: z.number() }),
    replies: { accepted: params },
  }),
  drop: operation({
    method: 'DELETE',
    path: '/reminders/{id}',
    summary: 'Drops a reminder.',
    params,
    query: z.object({ at: z.coerce.number() }),
    replies: { ok: params },
  }),
};

const office = (name: string) =>
  service(
    name,
    { desk, reminders },
    {
      api: http(
        '',
        operations,
        { reminders: reminders.set },
        {
          remind: async ({ params: { id }, body: { at } }, ports) => {
            await ports.reminders.set(id, at, { text: 'call' });
            return accepted({ id });
          },
          drop: async ({ params: { id }, query: { at } }, ports) => {
            await ports.reminders.cancel(id, at);
            return ok({ id });
          },
        },
      ),
      ring: on(reminders, { desk: desk.readWrite }, async ({ id }, ports, { clock }) => {
        await ports.desk.update({ id }, (current) => ({
          write: { id, rungAt: clock.now(), times: (current?.item.times ?? 0) + 1 },
          result: undefined,
        }));
      }),
    },
  );

const root = { desk: dynamodbTable() };
const roots = {
  'event-bridge-cron': { ...root, reminders: eventBridgeCronTimer() },
  'dynamodb-ttl': { ...root, reminders: dynamodbTtlTimer() },
  'step-functions': { ...root, reminders: stepFunctionsTimer() },
  'sqs-delay': { ...root, reminders: sqsDelayTimer() },
  'dynamodb-ttl-sqs': { ...root, reminders: dynamodbTtlSqsTimer() },
  'event-bridge-scheduler': { ...root, reminders: eventBridgeSchedulerTimer() },
  portable: { ...root, reminders: portableTimer({ table: dynamodbTable(), queue: sqsQueue() }) },
};

test.each(Object.entries(roots))('the office runs on %s, and fires what stands', async (name, bindings) => {
  await using office = await open(name, bindings as (typeof roots)['sqs-delay']);
  const { handlers, environment, pass, rung } = office;
  const start = environment.clock.now();
  const due = {
    past: start - 1_000,
    soon: start + seconds(40),
    dropped: start + minutes(20),
    later: start + minutes(40),
  };
  for (const [id, at] of Object.entries(due)) await call(handlers.api, 'PUT', id, { at });
  await call(handlers.api, 'PUT', 'later', { at: due.later });
  await call(handlers.api, 'DELETE', 'dropped', undefined, `at=${due.dropped}`);
  await pass(minutes(30));
  expect(Object.keys(await rung())).toEqual(['past', 'soon']);
  await pass(minutes(15));
  const rows = await rung();
  expect(Object.keys(rows)).toEqual(['later', 'past', 'soon']);
  for (const [id, { rungAt, times }] of Object.entries(rows)) {
    expect(times).toBe(1);
    expect(rungAt).toBeGreaterThanOrEqual(due[id as keyof typeof due]);
    expect(rungAt).toBeLessThan(due[id as keyof typeof due] + minutes(2));
  }
});

/** Makes what the bindings say has to exist, and runs the handlers as Lambda would. */
async function open(name: string, bindings: (typeof roots)['sqs-delay']) {
  const environment = engineEnvironment(sqs);
  const declared = office(name);
  // The addresses that fauxqs gives its queues lead nowhere: this client is told where to go all the same.
  const queues = new ContainerModule(({ rebind }) => {
    rebind(sqsToken).toDynamicValue(() => new SQSClient(clientConfig(sqs)));
  });
  const handlers = lambda(declared, bindings, { environment, modules: [queues] });
  const composition = compose(declared, 'aws', bindings, { environment, modules: [queues] });
  const clients = { sqs: new SQSClient(clientConfig(sqs)), dynamodb: new DynamoDBClient(clientConfig(tables)) };
  const all: readonly Binding[] = [...composition.bindings.values()];
  for (const { port, adapter } of all) {
    if (port.kind === 'table')
      await clients.dynamodb.send(
        new CreateTableCommand(dynamodbTableResource(name, port as unknown as TablePort).table),
      );
    if (port.kind === 'queue') await createQueue(clients.sqs, sqsQueueResource(name, port as unknown as QueuePort));
    if (port.kind === 'timer') expect(adapter).toBe(bindings.reminders);
  }
  const invoke = (event: unknown) => handlers.ring(event, context);
  const { main } = queueNames(name, 'reminders-due', false);
  const trigger = new SqsTrigger({
    client: clients.sqs,
    queueUrl: (await clients.sqs.send(new GetQueueUrlCommand({ QueueName: main }))).QueueUrl!,
    receiver: { receive: (event) => invoke(event) as never },
    consumer: () => [],
    options: { batchSize: 10, visibilityMs: 60_000, subscription: 'ring', filter: {} },
    now: () => sqs.now(),
  });
  const settle = async (): Promise<void> => {
    while (await trigger.poll()) await trigger.quiet();
  };
  const sweeps = composition.bindings.get('reminders')!.adapter.sweepEveryMs !== undefined;
  const marks = composition.bindings.get('reminders-ttl');
  /** A minute of AWS: what fires fires, what expires is deleted, and schedules tick. */
  const tick = async (): Promise<void> => {
    await scheduler.fire(clients.sqs, sqs.now());
    await workflows.fire(clients.sqs, sqs.now());
    if (marks !== undefined) {
      const { TableName } = dynamodbTableResource(name, marks.port as unknown as TablePort).table;
      const event = await expire(clients.dynamodb, TableName!, sqs.now());
      if (event !== undefined) expect(await invoke(event)).toEqual({ batchItemFailures: [] });
    }
    const time = new Date(sqs.now()).toISOString();
    if (sweeps) await invoke(JSON.parse(tickInput.replace('<aws.scheduler.scheduled-time>', time)));
    await settle();
  };
  return {
    handlers,
    environment,
    async pass(durationMs: number) {
      await tick();
      for (let leftMs = durationMs; leftMs > 0; leftMs -= minutes(1)) {
        await Promise.all([sqs.pass(minutes(1)), tables.pass(minutes(1))]);
        await tick();
      }
    },
    async rung() {
      const contracts = await composition.contracts(['desk']);
      const contract = contracts['desk'] as typeof desk extends { readonly '~contract'?: infer C }
        ? NonNullable<C>
        : never;
      const stored = await contract.getMany(['dropped', 'later', 'past', 'soon'].map((id) => ({ id })));
      return Object.fromEntries(stored.flatMap((one) => (one === undefined ? [] : [[one.item.id, one.item]])));
    },
    async [Symbol.asyncDispose]() {
      trigger.halt();
      await trigger.quiet();
      await composition.close();
      clients.sqs.destroy();
      clients.dynamodb.destroy();
    },
  };
}

async function call(
  handler: LambdaHandler,
  method: string,
  id: string,
  body?: object,
  rawQueryString = '',
): Promise<void> {
  const event = {
    version: '2.0',
    rawPath: `/reminders/${id}`,
    rawQueryString,
    headers: { 'content-type': 'application/json' },
    isBase64Encoded: false,
    requestContext: { http: { method }, stage: '$default' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const { statusCode } = (await handler(event, context)) as {
    readonly statusCode: number;
  };
  expect(statusCode).toBeLessThan(300);
}

test('a port that asks for promptness refuses what may be days late', () => {
  const hasty = service('hasty', { promptly }, { ring: on(promptly, {}, async () => {}) });
  lambda(hasty, { promptly: eventBridgeCronTimer() });
  lambda(hasty, { promptly: stepFunctionsTimer() });
  lambda(hasty, { promptly: sqsDelayTimer() });
  lambda(hasty, { promptly: eventBridgeSchedulerTimer() });
  const said = 'port "promptly" needs "prompt", which dynamodbTtl';
  // @ts-expect-error -- the compiler says it first
  expect(() => lambda(hasty, { promptly: dynamodbTtlTimer() })).toThrow(said);
  // @ts-expect-error -- and of this one, too
  expect(() => lambda(hasty, { promptly: dynamodbTtlSqsTimer() })).toThrow(said);
});

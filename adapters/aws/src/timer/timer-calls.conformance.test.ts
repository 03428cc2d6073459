import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Harness } from '@portolan/conformance';
import { days, hours, minutes, seconds, timer, type Delivery } from '@portolan/kernel';
import * as z from 'zod';
import { dynalite } from '../testing/dynalite.ts';
import { clientConfig } from '../testing/aws-engine.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { schedulerDouble } from './testing/scheduler-double.ts';
import { timerHarness, type SetUp, type TimerSetup } from './testing/timer-harness.ts';
import { schedulerSetup, sqsDelaySetup, ttlSetup, ttlSqsSetup, workflowSetup } from './testing/timer-setups.ts';

const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await sqs[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

const alarms = timer('alarms', { payload: z.object({ n: z.number() }) });

async function open(setUp: SetUp) {
  let setup: TimerSetup;
  const harness: Harness = await timerHarness({ sqs, tables }, async (place) => {
    setup = await setUp(place);
    return setup;
  });
  const fired: (Delivery & { readonly lateMs: number })[] = [];
  await harness.consume(alarms, (batch) =>
    batch.map(async (delivery) => void fired.push({ ...delivery, lateMs: harness.now() - delivery.at })),
  );
  const contract = await harness.open(alarms);
  return {
    harness,
    contract,
    fired,
    setup: setup!,
    waiting: () => setup.double!.waiting.size,
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  };
}

test.each([
  ['eventBridgeSchedulerTimer', schedulerSetup],
  ['stepFunctionsTimer', workflowSetup],
])('%s: one call a timer, taken back with its cancellation, none for what is near', async (_name, setUp) => {
  await using bench = await open(setUp);
  const { harness, contract, fired, waiting } = bench;
  const at = harness.now() + hours(2);
  await contract.set('near', harness.now() + 500, { n: 0 });
  expect(waiting()).toBe(0);
  await contract.set('a', at, { n: 1 });
  await contract.set('a', at, { n: 2 });
  await contract.set('b', at, { n: 3 });
  expect(waiting()).toBe(2);
  await contract.cancel('a', at);
  expect(waiting()).toBe(1);
  await contract.set('a', at, { n: 4 });
  await contract.cancel('b', at);
  expect(waiting()).toBe(1);
  await harness.pass(hours(2) + seconds(2));
  expect(fired.map(({ id, message }) => [id, message])).toEqual([
    ['near', { n: 0 }],
    ['a', { n: 4 }],
  ]);
  expect(waiting()).toBe(0);
});

test('eventBridgeSchedulerTimer: what has come due before its call got through fires by the queue', async () => {
  await using bench = await open(schedulerSetup);
  const { harness, contract, fired, waiting, setup } = bench;
  const client = setup.clients[0] as SchedulerClient;
  client.middlewareStack.add(
    (next) => async (call) => {
      await Promise.all([sqs.pass(seconds(5)), tables.pass(seconds(5))]);
      return next(call);
    },
    { step: 'initialize' },
  );
  const at = harness.now() + seconds(3);
  await contract.set('a', at, { n: 1 });
  expect(waiting()).toBe(0);
  await harness.settle();
  expect(fired).toMatchObject([{ id: 'a', at, attempt: 1 }]);
});

test('stepFunctionsTimer: a timer of ten years goes from workflow to workflow, none of which lives for a year', async () => {
  await using bench = await open(workflowSetup);
  const { harness, contract, fired, waiting } = bench;
  const at = harness.now() + days(3_652);
  await contract.set('far', at, { n: 1 });
  for (let year = 0; year < 10; year++) {
    expect(waiting()).toBe(1);
    await harness.pass(days(365));
  }
  expect(fired).toEqual([]);
  await harness.pass(days(2) + seconds(2));
  expect(fired).toMatchObject([{ id: 'far', at, attempt: 1 }]);
});

test('sqsDelayTimer: a timer of two days is sent on until it is due, and fires to the second', async () => {
  await using bench = await open(sqsDelaySetup);
  const { harness, contract, fired } = bench;
  const at = harness.now() + days(2);
  await contract.set('far', at, { n: 1 });
  // Real time goes on as well: a slow machine must not come to the instant by itself.
  await harness.pass(days(2) - seconds(30));
  expect(fired).toEqual([]);
  await harness.pass(seconds(31));
  expect(fired).toMatchObject([{ id: 'far', at, attempt: 1 }]);
  expect(fired[0]!.lateMs).toBeLessThan(3_000);
});

test('dynamodbTtlTimer: fires when DynamoDB deletes, however late that is, and nothing it has not cancelled', async () => {
  await using bench = await open(ttlSetup(hours(40)));
  const { harness, contract, fired } = bench;
  const at = harness.now() + hours(1);
  await contract.set('a', at, { n: 1 });
  await contract.set('b', at, { n: 2 });
  await contract.cancel('b', at);
  await harness.pass(hours(40));
  expect(fired).toEqual([]);
  await harness.pass(hours(3));
  expect(fired.map(({ id }) => id)).toEqual(['a']);
  expect(fired[0]!.lateMs).toBeGreaterThan(hours(40));
});

test('dynamodbTtlSqsTimer: is on time where DynamoDB deletes within the lead, and late by the rest where it does not', async () => {
  for (const [deletedMs, lateMs] of [
    [minutes(14), 0],
    [minutes(50), minutes(35)],
  ] as const) {
    await using bench = await open(ttlSqsSetup(deletedMs));
    const { harness, contract, fired } = bench;
    await contract.set('near', harness.now() + minutes(5), { n: 0 });
    await contract.set('a', harness.now() + hours(3), { n: 1 });
    await harness.pass(hours(4));
    expect(fired.map(({ id }) => id)).toEqual(['near', 'a']);
    // The last half hour passes in steps of 90 seconds, and all before it in steps of minutes.
    expect(fired[0]!.lateMs).toBeLessThan(minutes(11));
    expect(fired[1]!.lateMs).toBeGreaterThanOrEqual(lateMs);
    expect(fired[1]!.lateMs).toBeLessThan(lateMs + minutes(12));
  }
});

test('the double of EventBridge Scheduler refuses what the service refuses', async () => {
  await using double = await schedulerDouble(() => Date.UTC(2026, 0, 1));
  const client = new SchedulerClient(clientConfig(double));
  const fine = {
    Name: 'a',
    ScheduleExpression: 'at(2026-01-01T00:00:01)',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: 'arn:aws:sqs:eu-central-1:000000000000:q',
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      Input: '{}',
    },
  };
  await client.send(new CreateScheduleCommand(fine));
  await expect(client.send(new CreateScheduleCommand(fine))).rejects.toMatchObject({ name: 'ConflictException' });
  for (const change of [
    { Name: 'x'.repeat(65) },
    { ScheduleExpression: 'at(2026-01-01T00:00:00)' },
    { ScheduleExpression: 'at(2026-01-01T00:00:01.5)' },
    { ScheduleExpressionTimezone: 'Europe/Berlin' },
    { Target: { ...fine.Target, RoleArn: 'role' } },
    { Target: { ...fine.Target, Arn: 'queue' } },
  ]) {
    const command = new CreateScheduleCommand({ ...fine, Name: 'b', ...change });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ValidationException' });
  }
  client.destroy();
});

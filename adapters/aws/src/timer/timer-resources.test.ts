import { minutes, timer } from '@portolan/kernel';
import { StateMachine } from 'aws-local-stepfunctions';
import * as z from 'zod';
import { schedulerRole } from './caller-role.ts';
import { dynamodbTtlSqsTimer, dynamodbTtlTimer, ttlMarksResource } from './dynamodb-ttl-timer.ts';
import { eventBridgeSchedulerTimer } from './event-bridge-scheduler-timer.ts';
import { stepFunctionsTimer } from './step-functions-timer.ts';
import { waitDefinition, waitStateMachine } from './state-machine.ts';
import { maxWaitMs, nextStop } from './wait-stops.ts';

const wakeups = timer('wakeups', { payload: z.object({}) });
const long = timer('w'.repeat(36), { payload: z.object({}) });
const place = { service: 'shop', port: wakeups, subscription: 'wake' } as never;

test('tells what calls the function: the queue, and the stream of the marks where there are any', () => {
  expect(eventBridgeSchedulerTimer().triggers(place)).toEqual(stepFunctionsTimer().triggers(place));
  const [stream] = dynamodbTtlTimer().triggers(place).slice(-1);
  expect(stream).toEqual({ kind: 'dynamodb-stream', resource: 'shop-wakeups-ttl' });
});

test('tells the marks with their stream, of which only what expired calls', () => {
  const { table, timeToLive, filterPattern } = ttlMarksResource('shop', wakeups, { PORTOLAN_STAGE: 'test' });
  expect(table).toMatchObject({
    TableName: 'test-shop-wakeups-ttl',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
  });
  expect(timeToLive).toMatchObject({ TableName: 'test-shop-wakeups-ttl', TimeToLiveSpecification: { Enabled: true } });
  expect(JSON.parse(filterPattern)).toEqual({
    eventName: ['REMOVE'],
    userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
  });
});

test('tells a role that may send to the queue, and nothing else', () => {
  const role = schedulerRole('shop', wakeups, {});
  expect([role.roleName, role.queueName]).toEqual(['shop-wakeups-scheduler', 'shop-wakeups-due']);
  expect(JSON.stringify(role.trust)).toContain('"Service":"scheduler.amazonaws.com"');
  expect(role.policy('arn:q')).toMatchObject({
    Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:q' }],
  });
  expect(waitStateMachine('shop', wakeups, {})).toMatchObject({
    name: 'shop-wakeups-wait',
    type: 'STANDARD',
    role: { roleName: 'shop-wakeups-wait', queueName: 'shop-wakeups-due' },
  });
});

test('refuses names that IAM does not take', () => {
  const tight = 's'.repeat(64 - `-${long.name}-wait`.length);
  expect(waitStateMachine(tight, long, {}).name).toHaveLength(64);
  expect(() => waitStateMachine(`${tight}s`, long, {})).toThrow('has 65 characters; IAM takes 64');
  expect(() => schedulerRole(tight, long, {})).toThrow('choose a shorter stage, service or port name');
});

test('the definition of the waiting workflow is valid, and one with a misspelt state is not', () => {
  const validationOptions = { checkArn: false };
  expect(() => new StateMachine(waitDefinition as never, { validationOptions })).not.toThrow();
  const misspelt = { ...waitDefinition, StartAt: 'Weit' };
  expect(() => new StateMachine(misspelt as never, { validationOptions })).toThrow();
});

test.each([
  [1, 1, 0],
  [maxWaitMs, maxWaitMs, 0],
  [maxWaitMs + 1, 1, 1],
  [10 * maxWaitMs, maxWaitMs, 9],
])('an instant %d ms ahead: a wait of %d ms, and %d more', (aheadMs, waitMs, stop) => {
  expect(nextStop(5_000 + aheadMs, 5_000)).toEqual({ until: 5_000 + waitMs, stop });
  // Whoever asks a little later is told the same.
  if (waitMs > 1) expect(nextStop(5_000 + aheadMs, 5_001)).toEqual({ until: 5_000 + waitMs, stop });
});

test.each([0, 999, minutes(15) + 1])('refuses to keep what is nearer than %d ms in the queue', (nearMs) => {
  const open = (timers: ReturnType<typeof stepFunctionsTimer>) => () =>
    timers.open({ service: 'shop', port: wakeups, environment: {}, parts: {} } as never, ...([{}, {}] as never[]));
  expect(open(stepFunctionsTimer({ nearMs }))).toThrow('nearMs must be from 1 second to 15 minutes');
  expect(open(eventBridgeSchedulerTimer({ nearMs }))).toThrow('nearMs must be from 1 second to 15 minutes');
});

test('refuses a lead out of range', () => {
  for (const leadMs of [0, 999, Number.NaN, 15 * 86_400_000])
    expect(() => dynamodbTtlSqsTimer({ leadMs })).toThrow('leadMs must be from 1 second to 14 days');
});

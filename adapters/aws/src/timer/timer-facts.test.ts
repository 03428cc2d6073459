import { days, hours, minutes } from '@portolan/kernel';
import { dynamodbTtlSqsTimer, dynamodbTtlTimer } from './dynamodb-ttl-timer.ts';
import { eventBridgeCronTimer } from './event-bridge-cron-timer.ts';
import { eventBridgeSchedulerTimer } from './event-bridge-scheduler-timer.ts';
import { sqsDelayTimer } from './sqs-delay-timer.ts';
import { stepFunctionsTimer } from './step-functions-timer.ts';
import { awsTimerFacts, sqsDelayUsdPerMillion } from './timer-facts.ts';

const adapters = [
  eventBridgeCronTimer(),
  dynamodbTtlTimer(),
  stepFunctionsTimer(),
  sqsDelayTimer(),
  dynamodbTtlSqsTimer(),
  eventBridgeSchedulerTimer(),
];

test.each(adapters.map((adapter) => [adapter.name, adapter] as const))(
  '%s: its facts agree with what its type promises',
  (name, { guarantees }) => {
    const facts = awsTimerFacts[name as keyof typeof awsTimerFacts];
    expect(guarantees.prompt).toBe(('lateByMs' in facts ? facts.lateByMs : facts.precisionMs) <= minutes(1));
    expect(facts.sources.every((source) => source.startsWith('https://'))).toBe(true);
    expect(facts.readOn).toMatch(/^\d{4}-\d\d-\d\d$/);
  },
);

test('tells the cheapest and the dearest', () => {
  const byPrice = Object.entries(awsTimerFacts).sort(([, a], [, b]) => a.usdPerMillion - b.usdPerMillion);
  expect(byPrice.map(([name]) => name)).toEqual([
    'portableTimer',
    'sqsDelayTimer',
    'eventBridgeCronTimer',
    'dynamodbTtlTimer',
    'dynamodbTtlSqsTimer',
    'eventBridgeSchedulerTimer',
    'stepFunctionsTimer',
  ]);
  expect(awsTimerFacts.portableTimer.usdPerMillion).toBeCloseTo(2.575);
  expect(awsTimerFacts.stepFunctionsTimer.usdPerMillion).toBeCloseTo(77.7);
});

test('waiting in SQS costs a message for each quarter of an hour', () => {
  expect(sqsDelayUsdPerMillion(minutes(15))).toBe(awsTimerFacts.sqsDelayTimer.usdPerMillion);
  expect(sqsDelayUsdPerMillion(hours(1)) - sqsDelayUsdPerMillion(0)).toBeCloseTo(3.6);
  expect(sqsDelayUsdPerMillion(days(30))).toBeGreaterThan(3_000);
});

import { timerConformance } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { timerHarness, type SetUp } from './testing/timer-harness.ts';
import {
  cronSetup,
  portableSetup,
  schedulerSetup,
  sqsDelaySetup,
  ttlSetup,
  ttlSqsSetup,
  workflowSetup,
} from './testing/timer-setups.ts';

// In one file, since engines and clients cost more to start than some suites to run.
const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await sqs[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

const over = (setUp: SetUp) => ({ cloud: 'aws', harness: () => timerHarness({ sqs, tables }, setUp) }) as const;

timerConformance({ adapter: 'dynamodbTtlSqsTimer', engine: 'double', ...over(ttlSqsSetup(0, { leadMs: 2_000 })) });
timerConformance({ adapter: 'dynamodbTtlTimer', engine: 'double', ...over(ttlSetup()) });
timerConformance({
  adapter: 'eventBridgeCronTimer',
  engine: 'emulator',
  guarantees: { prompt: true },
  ...over(cronSetup),
});
timerConformance({
  adapter: 'eventBridgeSchedulerTimer',
  engine: 'double',
  guarantees: { prompt: true },
  ...over(schedulerSetup),
});
timerConformance({
  adapter: 'portableTimer',
  engine: 'emulator',
  guarantees: { prompt: true },
  ...over(portableSetup),
});
timerConformance({
  adapter: 'sqsDelayTimer',
  engine: 'emulator',
  guarantees: { prompt: true },
  ...over(sqsDelaySetup),
});
timerConformance({
  adapter: 'stepFunctionsTimer',
  engine: 'double',
  guarantees: { prompt: true },
  ...over(workflowSetup),
});

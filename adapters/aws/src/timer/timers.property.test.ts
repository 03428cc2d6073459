import { timerModel } from '@portolan/conformance';
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

timerModel({ adapter: 'dynamodbTtlSqsTimer', engine: 'double', ...over(ttlSqsSetup(0, { leadMs: 2_000 })) });
timerModel({ adapter: 'dynamodbTtlTimer', engine: 'double', ...over(ttlSetup()) });
timerModel({ adapter: 'eventBridgeCronTimer', engine: 'emulator', guarantees: { prompt: true }, ...over(cronSetup) });
timerModel({
  adapter: 'eventBridgeSchedulerTimer',
  engine: 'double',
  guarantees: { prompt: true },
  ...over(schedulerSetup),
});
timerModel({ adapter: 'portableTimer', engine: 'emulator', guarantees: { prompt: true }, ...over(portableSetup) });
timerModel({ adapter: 'sqsDelayTimer', engine: 'emulator', guarantees: { prompt: true }, ...over(sqsDelaySetup) });
timerModel({ adapter: 'stepFunctionsTimer', engine: 'double', guarantees: { prompt: true }, ...over(workflowSetup) });

import { timerModel } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { timerHarness } from './testing/timer-harness.ts';
import { workflowSetup } from './testing/timer-setups.ts';

const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await sqs[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

timerModel({
  adapter: 'stepFunctionsTimer',
  cloud: 'aws',
  engine: 'double',
  guarantees: { prompt: true },
  harness: () => timerHarness({ sqs, tables }, workflowSetup),
});

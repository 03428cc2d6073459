import { timerConformance } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { timerHarness } from './testing/timer-harness.ts';
import { sqsDelaySetup } from './testing/timer-setups.ts';

const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await sqs[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

timerConformance({
  adapter: 'sqsDelayTimer',
  cloud: 'aws',
  engine: 'emulator',
  guarantees: { prompt: true },
  harness: () => timerHarness({ sqs, tables }, sqsDelaySetup),
});

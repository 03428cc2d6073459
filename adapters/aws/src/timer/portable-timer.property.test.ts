import { timerModel } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { timerHarness } from './testing/timer-harness.ts';
import { portableSetup } from './testing/timer-setups.ts';

const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await sqs[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

timerModel({
  adapter: 'portableTimer',
  cloud: 'aws',
  engine: 'emulator',
  guarantees: { prompt: true },
  harness: () => timerHarness({ sqs, tables }, portableSetup),
});

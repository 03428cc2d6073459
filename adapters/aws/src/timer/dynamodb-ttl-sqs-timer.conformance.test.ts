import { timerConformance } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { timerHarness } from './testing/timer-harness.ts';
import { ttlSqsSetup } from './testing/timer-setups.ts';

const [sqs, tables] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await sqs[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

timerConformance({
  adapter: 'dynamodbTtlSqsTimer',
  cloud: 'aws',
  engine: 'double',
  harness: () => timerHarness({ sqs, tables }, ttlSqsSetup(0, { leadMs: 2_000 })),
});
